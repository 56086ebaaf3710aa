"""What the target database says about its own tables: columns, constraints, indexes, triggers. Only reads."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import sql

from runs.sql import _fetch


class LiveColumn(NamedTuple):
    """A column: its type with length and precision, as PostgreSQL spells it, and whether it may be NULL."""

    type: str
    nullable: bool


class LiveConstraint(NamedTuple):
    """A constraint. `kind`: p(rimary key), u(nique), f(oreign key), c(heck). `valid` is False for NOT VALID."""

    name: str
    kind: str
    columns: frozenset[str]
    parent: str | None
    valid: bool


class LiveIndex(NamedTuple):
    """An index. `columns` in their order; `whole` is False for one over a part of the rows or over expressions."""

    name: str
    columns: tuple[str, ...]
    unique: bool
    valid: bool
    whole: bool


def columns(table: str) -> dict[str, LiveColumn]:
    """A table's columns by name; none if there is no such table."""
    statement = sql.SQL(
        """
        SELECT attname::text, format_type(atttypid, atttypmod), NOT attnotnull FROM pg_attribute
        WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
        """
    )
    return {name: LiveColumn(type_, nullable) for name, type_, nullable in _fetch(statement, [_quoted(table)])}


def constraints(table: str) -> list[LiveConstraint]:
    statement = sql.SQL(
        """
        SELECT c.conname::text, c.contype::text, parent.relname::text, c.convalidated,
               ARRAY(
                   SELECT a.attname::text FROM pg_attribute a
                   WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
               )
        FROM pg_constraint c LEFT JOIN pg_class parent ON parent.oid = c.confrelid
        WHERE c.conrelid = to_regclass(%s) AND c.contype IN ('p', 'u', 'f', 'c') ORDER BY 1
        """
    )
    return [
        LiveConstraint(name, kind, frozenset(names), parent, valid)
        for name, kind, parent, valid, names in _fetch(statement, [_quoted(table)])
    ]


def indexes(table: str) -> list[LiveIndex]:
    statement = sql.SQL(
        """
        SELECT i.relname::text, x.indisunique, x.indisvalid AND x.indisready, x.indpred IS NULL AND x.indexprs IS NULL,
               ARRAY(
                   SELECT a.attname::text FROM unnest(x.indkey::int[]) WITH ORDINALITY AS k(attnum, place)
                   JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum ORDER BY k.place
               )
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indrelid = to_regclass(%s) ORDER BY 1
        """
    )
    return [
        LiveIndex(name, tuple(names), unique, valid, whole)
        for name, unique, valid, whole, names in _fetch(statement, [_quoted(table)])
    ]


def disabled_triggers(table: str) -> dict[str, str]:
    """Triggers that do not fire for an ordinary session → the constraint that they keep, or ""."""
    statement = sql.SQL(
        """
        SELECT t.tgname::text, coalesce(c.conname::text, '')
        FROM pg_trigger t LEFT JOIN pg_constraint c ON c.oid = t.tgconstraint
        WHERE t.tgrelid = to_regclass(%s) AND t.tgenabled NOT IN ('O', 'A') ORDER BY 1
        """
    )
    return dict(_fetch(statement, [_quoted(table)]))  # type: ignore[arg-type]


def _quoted(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'
