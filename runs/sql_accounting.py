"""What the ledger has recorded of an entity's rows, and what the target holds of them. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from catalog.declare import Spec
from runs.ledger.models import FailedAttempt
from runs.sql import FAILED, MAPPINGS, PAGES, _fetch

ATTEMPTS = Identifier(FailedAttempt._meta.db_table)

#: The records of the ledger that account for a legacy row.
_RECORDS = {
    "mapping": sql.SQL("FROM {} WHERE entity = %(entity)s").format(MAPPINGS),
    "failure": sql.SQL("FROM {} WHERE entity = %(entity)s AND state = 'open'").format(FAILED),
    "dismissed": sql.SQL("FROM {} WHERE entity = %(entity)s AND state = 'dismissed'").format(FAILED),
}


def recorded(record: str, entity: str, legacy_ids: Collection[str]) -> set[str]:
    """Those of these legacy ids that have such a record: a "mapping", an open "failure", or a "dismissed" one."""
    statement = sql.SQL("SELECT legacy_id {} AND legacy_id = ANY (%(ids)s)").format(_RECORDS[record])
    return {legacy_id for (legacy_id,) in _fetch(statement, {"entity": entity, "ids": list(legacy_ids)})}


def count_recorded(record: str, entity: str) -> int:
    statement = sql.SQL("SELECT count(*) {}").format(_RECORDS[record])
    return int(_fetch(statement, {"entity": entity})[0][0])


def count_accounted(entity: str) -> int:
    """Legacy ids that have a record of any kind, each once."""
    statement = sql.SQL(
        """
        SELECT count(*) FROM (
            SELECT legacy_id FROM {mappings} WHERE entity = %(entity)s
            UNION SELECT legacy_id FROM {failed} WHERE entity = %(entity)s AND state IN ('open', 'dismissed')
        ) accounted
        """
    ).format(mappings=MAPPINGS, failed=FAILED)
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


def copies(spec: Spec, entities: Sequence[str], sample: int) -> Group:
    """Rows that no mapping names and that equal one which has a mapping, by "target:" and their UUIDs.

    Equal are those with the same natural key; of a table without one those with the same content.
    """
    key = str(spec.target._meta.pk.column)

    def content(row: str) -> sql.Composed:
        if not spec.match:
            return sql.SQL("to_jsonb({}) - {}").format(Identifier(row), sql.Literal(key))
        columns = [Identifier(row, spec.column(name)) for name in spec.match]
        return sql.SQL("({})").format(sql.SQL(", ").join(columns))

    return _group(
        sql.SQL(
            """
            SELECT 'target:' || u.{key} AS name FROM {table} u
            WHERE NOT EXISTS (SELECT FROM {mappings} m WHERE m.target_id = u.{key} AND m.entity = ANY (%(entities)s))
              AND EXISTS (
                SELECT FROM {table} t JOIN {mappings} m ON m.target_id = t.{key} AND m.entity = ANY (%(entities)s)
                WHERE {alike} = {other}
              )
            """
        ).format(
            mappings=MAPPINGS,
            table=Identifier(spec.target._meta.db_table),
            key=Identifier(key),
            alike=content("t"),
            other=content("u"),
        ),
        {"entities": list(entities)},
        sample,
    )


def without_page(entity: str, sample: int) -> Group:
    """Mappings whose page is gone, by legacy id."""
    return _group(
        sql.SQL(
            """
            SELECT m.legacy_id AS name FROM {mappings} m
            WHERE m.entity = %(entity)s AND NOT EXISTS (SELECT FROM {pages} p WHERE p.id = m.page_id)
            """
        ).format(mappings=MAPPINGS, pages=PAGES),
        {"entity": entity},
        sample,
    )


class OddPage(NamedTuple):
    """A page whose counters are not what the ledger holds: rows that arrived, and attempts that failed."""

    entity_run: Any
    run: int
    number: int
    arrived: int
    mappings: int
    failed: int
    attempts: int


def odd_pages(entity: str) -> list[OddPage]:
    """The entity's pages, as far as no undo has taken them back, with other counters than rows."""
    statement = sql.SQL(
        """
        SELECT * FROM (
            SELECT p.entity_run, p.run, p.number, p.created + p.matched AS arrived,
                   coalesce(m.rows, 0) AS mappings, p.failed, coalesce(a.rows, 0) AS attempts
            FROM {pages} p
            LEFT JOIN (SELECT page_id, count(*) AS rows FROM {mappings} WHERE entity = %(entity)s GROUP BY 1) m
                ON m.page_id = p.id
            LEFT JOIN (SELECT page_id, count(*) AS rows FROM {attempts} WHERE entity = %(entity)s GROUP BY 1) a
                ON a.page_id = p.id
            WHERE p.entity = %(entity)s AND p.undone_at IS NULL
        ) counted WHERE arrived <> mappings OR failed <> attempts ORDER BY run, number
        """
    ).format(pages=PAGES, mappings=MAPPINGS, attempts=ATTEMPTS)
    return [OddPage(*row) for row in _fetch(statement, {"entity": entity})]


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
