"""All declared entities, found by walking `catalog.entities`."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar, Protocol

from catalog import entities
from catalog.declare import EntityMigration, Reference, Spec


class UnknownEntity(LookupError):
    """No entity has this name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        near = get_close_matches(name, list(known), n=3)
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"There is no entity {name!r}.{meant} `manage.py migration_plan` lists all of them.")


class Declaration(Protocol):
    """A class whose header and body became a value."""

    spec: ClassVar[Any]


def modules(package: ModuleType) -> Iterator[pkgutil.ModuleInfo]:
    """A package's modules and packages, at any depth, in the order of their names."""
    return pkgutil.walk_packages(package.__path__, f"{package.__name__}.")


def declared(module: ModuleType, base: type[Declaration] = EntityMigration) -> list[Any]:
    """The specs of the subclasses of `base` that a module itself declares, in the order in which it does."""
    return [
        value.spec
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, base)
        and value is not base
        and value.__module__ == module.__name__
    ]


def walk(package: ModuleType, base: type[Declaration] = EntityMigration) -> list[Any]:
    """The specs that a package's modules declare, at any depth, in the order of module names."""
    return [spec for info in modules(package) for spec in declared(import_module(info.name), base)]


@cache
def specs() -> tuple[Spec, ...]:
    """Every declared entity, in the order of module names. `catalog.plan` orders them for a run."""
    return tuple(walk(entities))


def spec(name: str) -> Spec:
    """The entity of this name. Raises `UnknownEntity`."""
    by_name = {s.name: s for s in specs()}
    if name not in by_name:
        raise UnknownEntity(name, by_name)
    return by_name[name]


def parent(child: Spec, field: str, among: Iterable[Spec] | None = None) -> Spec | None:
    """The entity whose mappings answer a reference of `child`: the one that fills the referenced table."""
    recipe = child.recipes[field]
    assert isinstance(recipe, Reference)
    table = child.foreign_key(field).related_model
    for candidate in specs() if among is None else among:
        if candidate.name == recipe.to or (recipe.to is None and candidate.target is table):
            return candidate
    return None
