"""What a run is made of: entities, repairs and validations, all of which are known by a name."""

from __future__ import annotations

from catalog.declare import Spec
from catalog.plan import parents
from catalog.registry import UnknownEntity, spec, specs
from catalog.repair import RepairSpec, repairs
from catalog.validation import ValidationSpec, validations

Work = Spec | RepairSpec | ValidationSpec


def named(name: str) -> Work:
    """The entity, the repair or the validation of this name. Raises `UnknownEntity`."""
    others: tuple[Work, ...] = (*repairs(), *validations())
    for one in others:
        if one.name == name:
            return one
    try:
        return spec(name)
    except UnknownEntity:
        raise UnknownEntity(name, [one.name for one in (*specs(), *others)]) from None


def needs(one: Work) -> list[Spec]:
    """The entities that have to be migrated before."""
    if isinstance(one, ValidationSpec):
        return list(one.entities)
    return one.needs if isinstance(one, RepairSpec) else parents(one)


def reads(one: Work) -> tuple[Spec, ...]:
    """The declarations of what it reads from the legacy database, and of the tables that it writes or compares."""
    if isinstance(one, ValidationSpec):
        return one.entities
    return (one.resolving,) if isinstance(one, RepairSpec) else (one,)
