"""The hand-written statements of validations: all of them only read. See `runs.sql` for the rest and for the rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from runs.sql import FAILED, MAPPINGS, PENDING, RESOLUTIONS, _execute, _fetch


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


# Accounting ------------------------------------------------------------------------------------------------

#: The records of the ledger that account for a legacy row.
_RECORDS = {
    "mapping": sql.SQL("FROM {} WHERE entity = %(entity)s").format(MAPPINGS),
    "failure": sql.SQL("FROM {} WHERE entity = %(entity)s AND state = 'open'").format(FAILED),
}


def recorded(record: str, entity: str, legacy_ids: Collection[str]) -> set[str]:
    """Those of these legacy ids that have such a record: a "mapping" or an open "failure"."""
    statement = sql.SQL("SELECT legacy_id {} AND legacy_id = ANY (%(ids)s)").format(_RECORDS[record])
    return {legacy_id for (legacy_id,) in _fetch(statement, {"entity": entity, "ids": list(legacy_ids)})}


def count_recorded(record: str, entity: str) -> int:
    statement = sql.SQL("SELECT count(*) {}").format(_RECORDS[record])
    return int(_fetch(statement, {"entity": entity})[0][0])


def next_recorded(record: str, entity: str, after: str, limit: int) -> list[str]:
    """The next legacy ids with such a record, in the order of the index."""
    statement = sql.SQL("SELECT legacy_id {} AND legacy_id > %(after)s ORDER BY legacy_id LIMIT %(limit)s")
    found = _fetch(statement.format(_RECORDS[record]), {"entity": entity, "after": after, "limit": limit})
    return [legacy_id for (legacy_id,) in found]


class Group(NamedTuple):
    """Some rows: their number, and the first of them."""

    rows: int
    sample: list[str]


def without_row(entity: str, table: str, key: str, sample: int) -> Group:
    """Mappings whose target row is gone, by legacy id."""
    return _group(
        sql.SQL(
            """
            SELECT m.legacy_id AS name FROM {mappings} m
            WHERE m.entity = %(entity)s AND NOT EXISTS (SELECT FROM {table} t WHERE t.{key} = m.target_id)
            """
        ).format(mappings=MAPPINGS, table=Identifier(table), key=Identifier(key)),
        {"entity": entity},
        sample,
    )


def unnamed(entities: Sequence[str], table: str, key: str, sample: int) -> Group:
    """Rows of a table that no mapping of the entities which fill it names, by "target:" and their UUIDs."""
    return _group(
        sql.SQL(
            """
            SELECT 'target:' || t.{key} AS name FROM {table} t
            WHERE NOT EXISTS (SELECT FROM {mappings} m WHERE m.target_id = t.{key} AND m.entity = ANY (%(entities)s))
            """
        ).format(mappings=MAPPINGS, table=Identifier(table), key=Identifier(key)),
        {"entities": list(entities)},
        sample,
    )


def shared(entity: str, sample: int) -> Group:
    """Mappings whose target row has another mapping of the same entity, by legacy id."""
    return _group(
        sql.SQL(
            """
            SELECT legacy_id AS name FROM (
                SELECT legacy_id, count(*) OVER (PARTITION BY target_id) AS mappings FROM {} WHERE entity = %(entity)s
            ) m WHERE mappings > 1
            """
        ).format(MAPPINGS),
        {"entity": entity},
        sample,
    )


def _group(rows: sql.Composable, params: dict[str, Any], sample: int) -> Group:
    # Sorted by length first, so that numbers in text come in their order.
    statement = sql.SQL(
        """
        WITH found AS MATERIALIZED ({rows})
        SELECT (SELECT count(*) FROM found),
               ARRAY(SELECT name FROM found ORDER BY length(name), name LIMIT %(sample)s)
        """
    )
    return Group(*_fetch(statement.format(rows=rows), {**params, "sample": sample})[0])
