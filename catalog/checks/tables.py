"""Coverage: every legacy column read or left behind by name, every mirror harmless, every target table filled."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from django.core.checks import Warning
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db.migrations import CreateModel, RenameModel
from django.db.models import Field, ForeignKey

from catalog.checks.rules import Finding, World, each_entity, nearest, rule
from catalog.checks.sources import Pairs
from catalog.columns import ManyRows, own, used
from catalog.coverage import explained, left_behind, reading
from catalog.declare import Spec


def readable(world: World) -> list[Spec]:
    """The declarations whose columns can be told; rules E020 to E023 speak of the others."""
    return [spec for spec in world.specs if _columns(spec)]


def _columns(spec: Spec) -> frozenset[Field]:
    try:
        return used(spec)
    except (FieldDoesNotExist, FieldError, ManyRows, ValueError, TypeError):
        return frozenset()


@each_entity("E030")
def unknown_column_left_behind(spec: Spec) -> Pairs:
    """`left_behind` names a column that the source does not have."""
    for name in spec.left_behind:
        if own(spec.source, name) is None:
            names = [str(field.column) for field in spec.source._meta.concrete_fields]
            table = spec.source._meta.db_table
            yield f"left_behind names {name!r}, which is no column of {table}.", nearest(name, names, "Remove it.")


@rule("E031")
def left_behind_without_reason(world: World) -> Iterator[Finding]:
    """A column or table is left behind without a reason."""
    hint = "Write why it is not migrated, for the people who will miss it."
    for spec in world.specs:
        for name, reason in spec.left_behind.items():
            if not str(reason or "").strip():
                yield Finding(spec, f"left_behind gives no reason for {name!r}.", hint)
    for mirror, reason in world.left_behind.items():
        if not reason.strip():
            yield Finding(mirror._meta.db_table, "The table is left behind without a reason.", hint)


@rule("E032")
def read_and_left_behind(world: World) -> Iterator[Finding]:
    """A column or table is left behind and read all the same."""
    readers = reading(readable(world))
    for spec in world.specs:
        for field in left_behind([spec]):
            if field in readers:
                names = ", ".join(readers[field])
                yield Finding(
                    spec, f"{field.column} is left behind, but read by {names}.", "Remove it from left_behind."
                )
    for mirror in world.left_behind:
        names = ", ".join(sorted({name for field in mirror._meta.concrete_fields for name in readers.get(field, ())}))
        if names:
            yield Finding(
                mirror._meta.db_table,
                f"The table is left behind as a whole, but read by {names}.",
                "Remove it from catalog/left_behind.py, and name single columns in a declaration's left_behind.",
            )


@rule("E033")
def forgotten_columns(world: World) -> Iterator[Finding]:
    """Columns of a table that is read which no entity reads or leaves behind."""
    entities = readable(world)
    unclear = {spec.source._meta.db_table for spec in world.specs if spec not in entities}
    for table in explained(entities, world.mirrors, world.left_behind):
        if table.readers and table.unexplained and table.name not in unclear:
            names = [column.name for column in table.unexplained]
            yield Finding(
                table.name,
                f"No entity reads {', '.join(names)}.",
                f"Migrate it, or write left_behind={{{names[0]!r}: '<why>'}} in a declaration with this source.",
            )


@rule("E034")
def forgotten_table(world: World) -> Iterator[Finding]:
    """A legacy table that no entity reads and nobody has left behind."""
    sources = {spec.source._meta.db_table for spec in world.specs}
    for table in explained(readable(world), world.mirrors, world.left_behind):
        if not table.readers and not table.reason and table.name not in sources:
            yield Finding(
                table.name,
                "No entity reads this legacy table.",
                "Declare an entity with it as source, or name it in catalog/left_behind.py with a reason.",
            )


@rule("E035")
def unsafe_mirror(world: World) -> Iterator[Finding]:
    """A mirror that Django would create, or whose references could hide or lose legacy rows."""
    for mirror in world.mirrors:
        if mirror._meta.managed:
            yield Finding(
                mirror._meta.db_table,
                f"The mirror {mirror.__name__} is managed, as if the table were ours.",
                "Derive it from legacy.models.base.Mirror, and its Meta from Mirror.Meta.",
            )
        for field in mirror._meta.concrete_fields:
            if isinstance(field, ForeignKey) and (not field.null or getattr(field, "db_constraint", True)):
                yield Finding(
                    mirror._meta.db_table,
                    f"The reference {field.name} trusts its row to exist: rows whose parent is gone would be hidden.",
                    f"Write {field.name} = reference('{field.related_model.__name__}'), from legacy.models.base.",
                )


@rule("E036")
def unfilled_table(world: World) -> Iterator[Finding]:
    """A target table that no entity fills."""
    filled = {spec.target for spec in world.specs}
    for target in world.targets:
        if target not in filled:
            yield Finding(
                target._meta.db_table,
                "No entity fills this target table.",
                "Declare an entity with it as target in catalog/entities/, or remove the model.",
            )


@rule("W037", Warning)
def table_without_migration(world: World) -> Iterator[Finding]:
    """A target model that no Django migration creates. Changed fields are left to `makemigrations --check`."""
    made = set(_created("catalog.target.migrations"))
    for target in world.targets:
        if target.__name__ not in made:
            yield Finding(
                target._meta.db_table,
                "No Django migration creates this target table.",
                "Run manage.py makemigrations target, then manage.py migrate --database target.",
            )


def _created(package: str) -> Iterator[str]:
    """The names of the models that the migrations in a package create or rename to."""
    for info in iter_modules(import_module(package).__path__):
        migration = getattr(import_module(f"{package}.{info.name}"), "Migration", None)
        for operation in getattr(migration, "operations", ()):
            if isinstance(operation, CreateModel):
                yield operation.name
            elif isinstance(operation, RenameModel):
                yield operation.new_name
