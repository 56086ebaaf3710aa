"""The order in which entities are migrated: parents before children."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.declare import Spec
from catalog.registry import parent, specs


def parents(spec: Spec, *, required: bool = False, among: Iterable[Spec] | None = None) -> list[Spec]:
    """The entities that this one refers to, itself left out; with `required` only through keys that may not be NULL."""
    found = {}
    for name in spec.references:
        one = parent(spec, name, among)
        if one and one.name != spec.name and not (required and spec.fields[name].null):
            found[one.name] = one
    return list(found.values())


class Cycle(ValueError):
    """Entities that cannot be ordered, since each needs another one first."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(names)
        super().__init__(f"{', '.join(self.names)} refer to one another in a circle through keys that may not be NULL.")


def levels(chosen: Iterable[Spec], among: Iterable[Spec] | None = None) -> Iterator[list[Spec]]:
    """Groups of entities: each refers only to earlier groups. In a group the order is alphabetical.

    Where nullable keys close a circle they are not waited for; such references need the policy WAIT.
    Raises `Cycle` where keys that may not be NULL close one. Parents are sought `among` these (default: all).
    """
    left = {spec.name: spec for spec in chosen}
    known = list(specs() if among is None else among)
    needs = {name: {one.name for one in parents(spec, among=known)} for name, spec in left.items()}
    must = {name: {one.name for one in parents(spec, required=True, among=known)} for name, spec in left.items()}
    while left:
        ready = _ready(left, needs) or _ready(left, must)[:1]  # one place may open the whole circle
        if not ready:
            raise Cycle(_circle(left, must))
        yield [left.pop(name) for name in ready]


def _ready(left: Iterable[str], needs: dict[str, set[str]]) -> list[str]:
    return sorted(name for name in left if needs[name].isdisjoint(left))


def _circle(left: Iterable[str], needs: dict[str, set[str]]) -> set[str]:
    """Of the entities that cannot go on those that are in a circle, not those that only wait for one."""
    circle = set(left)
    while outside := {name for name in circle if not any(name in needs[other] for other in circle)}:
        circle -= outside
    return circle


def ordered(chosen: Iterable[Spec] | None = None) -> list[Spec]:
    """The chosen entities (default: all) in the order in which they can be migrated."""
    return [spec for level in levels(specs() if chosen is None else chosen) for spec in level]
