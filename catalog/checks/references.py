"""References: every foreign key finds its entity, and the entities can be put in an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Field, ForeignKey

from catalog.checks.rules import Finding, World, each_entity, nearest, rule
from catalog.checks.sources import Pairs, traced
from catalog.checks.targets import known
from catalog.declare import OnMissing, Reference, Spec
from catalog.plan import Cycle, levels
from catalog.registry import parent


@each_entity("E040")
def reference_without_key(spec: Spec) -> Pairs:
    """A Reference on a field that is no foreign key."""
    for field, recipe in known(spec):
        if isinstance(recipe, Reference) and not isinstance(field, ForeignKey):
            yield (
                f"{field.name} is filled by a Reference, but is a {type(field).__name__} and no foreign key.",
                f"Write {field.name} = Column(...), or make it a foreign key.",
            )


@each_entity("E041")
def key_without_reference(spec: Spec) -> Pairs:
    """A foreign key that is filled by anything but a Reference: a legacy key is no UUID."""
    for field, recipe in known(spec):
        if isinstance(field, ForeignKey) and not isinstance(recipe, Reference):
            columns = ", ".join(f'"{path}"' for path in recipe.paths) or '"<legacy column>"'
            yield (
                f"{field.name} is a foreign key, but filled by a {type(recipe).__name__}.",
                f"Write {field.name} = Reference({columns}).",
            )


def resolvable(world: World) -> Iterator[tuple[Spec, ForeignKey, Reference, list[Spec]]]:
    """(entity, foreign key, its Reference, the entities that fill the referenced table)."""
    for spec in world.specs:
        for field, recipe in known(spec):
            if isinstance(field, ForeignKey) and isinstance(recipe, Reference):
                yield spec, field, recipe, [one for one in world.specs if one.target is field.related_model]


@rule("E042")
def nobody_fills_the_parent(world: World) -> Iterator[Finding]:
    """A reference to a table that no entity fills."""
    for spec, field, recipe, filling in resolvable(world):
        if not filling and recipe.to is None:
            table = field.related_model.__name__
            yield Finding(
                spec,
                f"{field.name} refers to {table}, which no entity fills.",
                f"Declare an entity with target={table}.",
            )


@rule("E043")
def several_fill_the_parent(world: World) -> Iterator[Finding]:
    """A reference to a table that several entities fill, without saying which one is meant."""
    for spec, field, recipe, filling in resolvable(world):
        if len(filling) > 1 and recipe.to is None:
            names = " or ".join(f"to={one.name!r}" for one in filling)
            table = field.related_model.__name__
            yield Finding(spec, f"{field.name} refers to {table}, which several entities fill.", f"Write {names}.")


@rule("E044")
def unknown_parent(world: World) -> Iterator[Finding]:
    """`to` names no entity."""
    names = {spec.name for spec in world.specs}
    for spec, field, recipe, filling in resolvable(world):
        if recipe.to is not None and recipe.to not in names:
            hint = nearest(recipe.to, names, f"Write one of {', '.join(one.name for one in filling) or 'them'}.")
            yield Finding(spec, f"{field.name}: to={recipe.to!r} names no entity.", hint)


@rule("E045")
def parent_of_another_table(world: World) -> Iterator[Finding]:
    """`to` names an entity that fills another table than the one the foreign key refers to."""
    by_name = {spec.name: spec for spec in world.specs}
    for spec, field, recipe, filling in resolvable(world):
        if recipe.to in by_name and by_name[recipe.to] not in filling:
            yield Finding(
                spec,
                f"{field.name}: to={recipe.to!r} does not fill {field.related_model.__name__}.",
                f"Write one of {', '.join(one.name for one in filling)}." if filling else "Remove to=.",
            )


@rule("E046")
def own_table(world: World) -> Iterator[Finding]:
    """A reference to the entity's own rows that may not wait: the parent may come after the child."""
    for spec, field, recipe, filling in resolvable(world):
        own = recipe.to == spec.name or (recipe.to is None and spec in filling)
        if own and recipe.on_missing is OnMissing.FAIL:
            yield Finding(
                spec,
                f"{field.name} refers to the entity's own table, where parents may come later, and must not be FAIL.",
                f"Write {field.name} = Reference(..., on_missing=OnMissing.WAIT), and null=True in the model.",
            )


@rule("E047")
def circle_without_wait(world: World) -> Iterator[Finding]:
    """A nullable key that closes a circle: its parent is migrated later, so it has to wait."""
    place = {spec: number for number, level in enumerate(_levels(world)) for spec in level}
    for spec, field, recipe, _ in resolvable(world):
        if spec in place and recipe.on_missing is not OnMissing.WAIT:
            found = parent(spec, field.name, world.specs)
            if found in place and found is not spec and place[found] > place[spec]:
                yield Finding(
                    spec,
                    f"{field.name} refers to {found}, which is migrated later, as the two refer to one another.",
                    f"Write {field.name} = Reference(..., on_missing=OnMissing.WAIT).",
                )


@rule("E048")
def circle(world: World) -> Iterator[Finding]:
    """Entities that each need another one first, through keys that may not be NULL."""
    try:
        list(levels(_sound(world), world.specs))
    except Cycle as error:
        yield Finding(
            ", ".join(error.names),
            str(error),
            "Give one of these foreign keys null=True and its Reference on_missing=OnMissing.WAIT.",
        )


@rule("E049")
def key_of_another_table(world: World) -> Iterator[Finding]:
    """A legacy key of another table than the one that the parent is made from."""
    for spec, field, recipe, _ in resolvable(world):
        found = parent(spec, field.name, world.specs)
        for path in recipe.columns if found else ():
            columns = traced(spec, path)
            table = _referenced(columns[-1]) if columns else None
            if found and table is not None and table is not found.source:
                yield Finding(
                    spec,
                    f"{field.name}: {path} is a key of {table._meta.db_table}, but {found} is made from "
                    f"{found.source._meta.db_table}.",
                    f"Name a column that refers to {found.source._meta.db_table}.",
                )


def _referenced(column: Field) -> Any:
    """The table that a column is a key of; None for a column that says nothing about it."""
    if column.is_relation:
        return column.related_model
    return column.model if column.primary_key else None


def _levels(world: World) -> list[list[Spec]]:
    try:
        return list(levels(_sound(world), world.specs))
    except Cycle:
        return []


def _sound(world: World) -> list[Spec]:
    """The declarations whose references are such that a parent can be looked for."""
    return [
        spec for spec in world.specs if all(isinstance(spec.fields.get(name), ForeignKey) for name in spec.references)
    ]
