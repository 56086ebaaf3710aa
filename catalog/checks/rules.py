"""How rules are written and carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import wraps
from typing import Any, NamedTuple

from django.core.checks import CheckMessage, Error, Warning
from django.db.models import Model

from catalog.declare import Spec


@dataclass(frozen=True)
class World:
    """What the rules look at: declarations, all legacy and all target tables, tables left behind with a reason."""

    specs: Sequence[Spec]
    mirrors: Sequence[type[Model]] = ()
    targets: Sequence[type[Model]] = ()
    left_behind: Mapping[type[Model], str] = field(default_factory=dict)


Level = type[Error] | type[Warning]


class Finding(NamedTuple):
    """What is wrong with `about` (an entity or a table), and what to write instead."""

    about: Any
    message: str
    hint: str


class Rule(NamedTuple):
    """`check` looks for one kind of mistake; its docstring says which. `alone`: in one declaration at a time."""

    id: str
    check: Callable[[World], Iterable[Finding]]
    level: Level = Error
    alone: bool = False


#: All rules, in the order of their ids.
RULES: list[Rule] = []


def rule(id: str, level: Level = Error, *, alone: bool = False) -> Callable[[Any], Any]:
    """Makes a function from a `World` to findings a rule."""

    def register(check: Callable[[World], Iterable[Finding]]) -> Any:
        RULES.append(Rule(f"catalog.{id}", check, level, alone))
        RULES.sort(key=lambda one: one.id)
        return check

    return register


def each_entity(id: str, level: Level = Error) -> Callable[[Any], Any]:
    """Makes a function from a `Spec` to (message, hint) pairs a rule."""

    def register(check: Callable[[Spec], Iterable[tuple[str, str]]]) -> Any:
        @wraps(check)
        def over_all(world: World) -> Iterator[Finding]:
            for spec in world.specs:
                yield from (Finding(spec, message, hint) for message, hint in check(spec))

        return rule(id, level, alone=True)(over_all)

    return register


def findings(world: World, rules: Iterable[Rule] = RULES) -> list[CheckMessage]:
    """Everything that is wrong, in the order of the rules."""
    found = []
    for one in rules:
        for part in [replace(world, specs=(spec,)) for spec in world.specs] if one.alone else [world]:
            found += _found(one, part)
    return found


def _found(one: Rule, world: World) -> list[CheckMessage]:
    """What one rule finds. A declaration that breaks the rule itself is catalog.E000, and the other rules go on."""
    try:
        return [one.level(message, hint=hint, obj=about, id=one.id) for about, message, hint in one.check(world)]
    except Exception as error:
        return [
            Error(
                f"{one.id} could not be checked: {type(error).__name__}.",
                hint="Mend the other findings first. If this one stays, the rule itself needs mending.",
                obj=world.specs[0] if one.alone else None,
                id="catalog.E000",
            )
        ]


def nearest(name: str, names: Iterable[str], otherwise: str) -> str:
    """A hint: the name that was probably meant."""
    close = get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f"Did you mean {close[0]!r}?" if close else otherwise
