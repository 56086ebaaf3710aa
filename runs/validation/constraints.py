"""The target's tables hold what their models promise: columns, keys, constraints, indexes and triggers are all there.

A bulk load that switches some of them off and dies would leave them so, and nothing else would tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections
from django.db.models import CheckConstraint, Field, ForeignKey, UniqueConstraint

from catalog.declare import Spec
from legacy import reader
from runs import sql
from runs.findings import Found, Kind
from runs.models import Severity
from runs.sql_catalogue import LiveColumn, LiveConstraint, LiveIndex, columns, constraints, disabled_triggers, indexes

NO_COLUMN = Kind("no_column", Severity.CRITICAL, "The target table has no column for {field}: migrate its schema.")
WRONG_TYPE = Kind("wrong_type", Severity.ERROR, "The column of {field} has another type than its model says.")
MAY_BE_NULL = Kind("may_be_null", Severity.ERROR, "The column of {field} takes NULL, which its model forbids.")
NO_PRIMARY_KEY = Kind("no_primary_key", Severity.ERROR, "The target table has no primary key on {field}.")
NOT_UNIQUE = Kind("not_unique", Severity.ERROR, "Nothing in the target keeps {field} unique, as its model promises.")
NO_FOREIGN_KEY = Kind(
    "no_foreign_key", Severity.ERROR, "No foreign key in the target holds {field} to the rows that it refers to."
)
NO_CHECK = Kind("no_check", Severity.ERROR, "The target lacks the check constraint {field}.")
NO_INDEX = Kind("no_index", Severity.WARNING, "The target lacks the index on {field}: look-ups read the whole table.")
NOT_VALID = Kind(
    "not_valid",
    Severity.ERROR,
    "The constraint {field} was never checked against all rows: ALTER TABLE ... VALIDATE it.",
)
INVALID_INDEX = Kind("invalid_index", Severity.ERROR, "The index {field} was not built to its end: REINDEX it.")
TRIGGER_OFF = Kind(
    "trigger_off", Severity.ERROR, "The trigger behind {field} does not fire: ALTER TABLE ... ENABLE TRIGGER ALL."
)


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    table = spec.target._meta.db_table
    live, held, indexed = columns(table), constraints(table), indexes(table)
    for field in spec.target._meta.concrete_fields:
        column = live.get(str(field.column))
        if column is None:
            yield Found(NO_COLUMN, field.name)
        else:
            yield from _column(field, column)
            yield from _keys(field, held, indexed)
    yield from _declared(spec, held, indexed)
    yield from (Found(NOT_VALID, one.name) for one in held if not one.valid)
    yield from (Found(INVALID_INDEX, one.name) for one in indexed if not one.valid)
    off = {constraint or name for name, constraint in disabled_triggers(table).items()}
    yield from (Found(TRIGGER_OFF, name) for name in sorted(off))


def _column(field: Field, live: LiveColumn) -> Iterator[Found]:
    wanted = str(field.db_type(connections[sql.ALIAS]))
    if _spelt(wanted) != _spelt(live.type):
        yield Found(WRONG_TYPE, field.name, expected=wanted, actual=live.type)
    if live.nullable and not field.null:
        yield Found(MAY_BE_NULL, field.name)


def _spelt(type_name: str) -> str:
    """The type as Django spells it, without blanks."""
    return type_name.replace("character varying", "varchar").replace(" ", "")


def _keys(field: Field, held: list[LiveConstraint], indexed: list[LiveIndex]) -> Iterator[Found]:
    column = str(field.column)
    if field.primary_key and not any(one.kind == "p" and one.columns == {column} for one in held):
        yield Found(NO_PRIMARY_KEY, field.name)
    elif field.unique and not _is_unique({column}, indexed):
        yield Found(NOT_UNIQUE, field.name)
    if isinstance(field, ForeignKey) and getattr(field, "db_constraint", True):
        parent = field.related_model._meta.db_table
        if not any(one.kind == "f" and one.columns == {column} and one.parent == parent for one in held):
            yield Found(NO_FOREIGN_KEY, field.name)
    if getattr(field, "db_index", False) and not any(one.columns[:1] == (column,) and one.whole for one in indexed):
        yield Found(NO_INDEX, field.name)


def _is_unique(wanted: set[str], indexed: list[LiveIndex]) -> bool:
    return any(one.unique and one.whole and set(one.columns) == wanted for one in indexed)


def _declared(spec: Spec, held: list[LiveConstraint], indexed: list[LiveIndex]) -> Iterator[Found]:
    """Constraints and indexes that the model's Meta names."""
    meta = spec.target._meta
    names = {one.name for one in held} | {one.name for one in indexed}
    for constraint in meta.constraints:
        if isinstance(constraint, CheckConstraint) and constraint.name not in names:
            yield Found(NO_CHECK, constraint.name)
        elif isinstance(constraint, UniqueConstraint):
            wanted = {spec.column(name) for name in constraint.fields}
            plain = wanted and constraint.condition is None
            if not (_is_unique(wanted, indexed) if plain else constraint.name in names):
                yield Found(NOT_UNIQUE, constraint.name)
    yield from (Found(NO_INDEX, str(index.name)) for index in meta.indexes if index.name not in names)
