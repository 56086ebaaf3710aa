"""The order in which entities are migrated: parents before children."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.declare import Spec
from catalog.registry import parent, specs


def parents(spec: Spec, *, required: bool = False) -> list[Spec]:
    """The entities that this one refers to, itself left out; with `required` only through keys that may not be NULL."""
    found = {}
    for name in spec.references:
        one = parent(spec, name)
        if one and one.name != spec.name and not (required and spec.fields[name].null):
            found[one.name] = one
    return list(found.values())


class Cycle(ValueError):
    """Entities that cannot be ordered, since each needs another one first."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(names)
        super().__init__(f"{', '.join(self.names)} refer to one another in a circle through keys that may not be NULL.")


def levels(chosen: Iterable[Spec]) -> Iterator[list[Spec]]:
    """Groups of entities: each refers only to earlier groups. In a group the order is alphabetical.

    Where nullable keys close a circle they are not waited for; such references need the policy WAIT.
    Raises `Cycle` where keys that may not be NULL close one.
    """
    left = {spec.name: spec for spec in chosen}
    while left:
        ready = _ready(left, required=False) or _ready(left, required=True)
        if not ready:
            raise Cycle(left)
        yield ready
        for spec in ready:
            del left[spec.name]


def _ready(left: dict[str, Spec], *, required: bool) -> list[Spec]:
    ready = [s for s in left.values() if not any(p.name in left for p in parents(s, required=required))]
    # Breaking a circle open at one place may be all it takes.
    return sorted(ready, key=lambda s: s.name)[: 1 if required else None]


def ordered(chosen: Iterable[Spec] | None = None) -> list[Spec]:
    """The chosen entities (default: all) in the order in which they can be migrated."""
    return [spec for level in levels(specs() if chosen is None else chosen) for spec in level]
