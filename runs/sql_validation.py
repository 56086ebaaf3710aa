"""The hand-written statements of validations: all of them only read. See `runs.sql` for the rest and for the rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from runs.sql import MAPPINGS, PENDING, RESOLUTIONS, _execute, _fetch


def one_view() -> None:
    """This transaction sees the target as it is from here on, and the server refuses whatever it would write."""
    _execute(sql.SQL("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


class Arrived(NamedTuple):
    """A mapped row: how the mapping came about, the digest of the legacy row at that time, and columns of the target.

    `there` is False, and all values are None, if the target row is gone.
    """

    outcome: str
    digest: str
    there: bool
    values: tuple[Any, ...]


def arrived(
    entity: str, table: str, key: str, columns: Sequence[str], legacy_ids: Collection[str]
) -> dict[str, Arrived]:
    """Legacy ids that were migrated → what they became. `key` is the column that the mappings name."""
    statement = sql.SQL(
        """
        SELECT m.legacy_id, m.outcome, m.source_hash, t.{key} IS NOT NULL {columns}
        FROM {mappings} m LEFT JOIN {table} t ON t.{key} = m.target_id
        WHERE m.entity = %s AND m.legacy_id = ANY (%s)
        """
    ).format(
        key=Identifier(key),
        table=Identifier(table),
        mappings=MAPPINGS,
        columns=sql.SQL("").join(sql.SQL(", t.{}").format(Identifier(column)) for column in columns),
    )
    return {
        legacy_id: Arrived(outcome, digest, there, tuple(values))
        for legacy_id, outcome, digest, there, *values in _fetch(statement, [entity, list(legacy_ids)])
    }


def resolved(entity: str, legacy_ids: Collection[str]) -> set[tuple[str, str]]:
    """(legacy id, field) of these rows' resolutions."""
    return _noted(RESOLUTIONS, entity, legacy_ids)


def pending(entity: str, legacy_ids: Collection[str]) -> set[tuple[str, str]]:
    """(legacy id, field) of these rows' references that wait for their parents."""
    return _noted(PENDING, entity, legacy_ids)


def _noted(table: Identifier, entity: str, legacy_ids: Collection[str]) -> set[tuple[str, str]]:
    statement = sql.SQL("SELECT legacy_id, field FROM {} WHERE entity = %s AND legacy_id = ANY (%s)").format(table)
    return {(legacy_id, field) for legacy_id, field in _fetch(statement, [entity, list(legacy_ids)])}
