"""Which row of which table becomes a row of which entity, and which of its references decide over its fate.

What fails in a parent cascades to its children, so that the manifest follows from these tables by itself. They say
again what the declarations in `catalog.entities` say, because a test that asked the declarations what to expect of
them would expect whatever they do.
"""

from graphlib import TopologicalSorter

from legacy.demo.expected import business, clinical, communications, technical
from legacy.demo.expected.vocabulary import Entity, Ref

_BY_NAME = {
    entity.name: entity for domain in (clinical, business, communications, technical) for entity in domain.ENTITIES
}
#: Every entity, parents before children.
ENTITIES: tuple[Entity, ...] = tuple(
    _BY_NAME[name]
    for name in TopologicalSorter(
        {entity.name: dict.fromkeys(ref.parent for ref in entity.refs) for entity in _BY_NAME.values()}
    ).static_order()
)

__all__ = ["ENTITIES", "Entity", "Ref"]
