"""Every hand-written statement: one function per statement, names only as identifiers, values only as parameters.

All of them speak to the target database, which is PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import Error, connections
from psycopg import sql
from psycopg.sql import Identifier

from runs.ledger.models import FailedRecord, Mapping, Page, PendingReference, Resolution

ALIAS = "target"

MAPPINGS = Identifier(Mapping._meta.db_table)
PAGES = Identifier(Page._meta.db_table)
FAILED = Identifier(FailedRecord._meta.db_table)
RESOLUTIONS = Identifier(Resolution._meta.db_table)
PENDING = Identifier(PendingReference._meta.db_table)


def _fetch(statement: sql.Composable, params: Any = None) -> list[tuple[Any, ...]]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def _execute(statement: sql.Composable, params: Any = None) -> int:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def _list(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(Identifier, names))


# Locks -----------------------------------------------------------------------------------------------------


def try_lock(name: str) -> bool:
    """Takes the session's advisory lock of this name. False if another session holds it.

    The server gives it back when the session ends, however it ends: a dead process holds nothing.
    """
    return bool(_fetch(sql.SQL("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"), [name])[0][0])


def unlock(name: str) -> None:
    """Gives the lock back. A session that is broken has lost it already, or will when it ends."""
    with suppress(Error):
        _fetch(sql.SQL("SELECT pg_advisory_unlock(hashtextextended(%s, 0))"), [name])


# Loading ---------------------------------------------------------------------------------------------------


def constraints_immediate() -> None:
    """Checks deferrable constraints with each statement of this transaction, inside its savepoint, not at COMMIT."""
    _execute(sql.SQL("SET CONSTRAINTS ALL IMMEDIATE"))


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY of rows into the columns of a table. Raises Django's database errors."""
    connection = connections[ALIAS]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), _list(columns))
    # Django wraps the errors of execute and fetch, not those of copy.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as stream:
        write = stream.write_row
        for row in rows:
            write(row)


def constraint_columns(table: str) -> dict[str, list[str]]:
    """Names of a table's constraints and unique indexes → their columns."""
    return dict(
        _fetch(
            sql.SQL(
                """
                SELECT c.conname, array_agg(a.attname::text ORDER BY a.attnum)
                FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
                WHERE c.conrelid = %(table)s::regclass GROUP BY 1
                UNION
                SELECT i.relname, array_agg(a.attname::text ORDER BY a.attnum)
                FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey)
                WHERE x.indrelid = %(table)s::regclass AND x.indisunique GROUP BY 1
                """
            ),
            {"table": f'"{table}"'},
        )  # type: ignore[arg-type]
    )


# Looking up ------------------------------------------------------------------------------------------------


def target_ids(entity: str, legacy_ids: Collection[str]) -> dict[str, str]:
    """Legacy ids that were migrated → their UUIDs as text."""
    statement = sql.SQL("SELECT legacy_id, target_id::text FROM {} WHERE entity = %s AND legacy_id = ANY (%s)")
    return dict(_fetch(statement.format(MAPPINGS), [entity, list(legacy_ids)]))  # type: ignore[arg-type]


def source_hashes(entity: str, legacy_ids: Collection[str]) -> dict[str, str]:
    """Legacy ids that were migrated → the digests of their source rows at that time."""
    statement = sql.SQL("SELECT legacy_id, source_hash FROM {} WHERE entity = %s AND legacy_id = ANY (%s)")
    return dict(_fetch(statement.format(MAPPINGS), [entity, list(legacy_ids)]))  # type: ignore[arg-type]


def has_mappings(entity: str) -> bool:
    return bool(_fetch(sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE entity = %s)").format(MAPPINGS), [entity])[0][0])


def has_rows(table: str) -> bool:
    return bool(_fetch(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(Identifier(table)))[0][0])


def unclaimed(entity: str, table: str, columns: Sequence[str], keys: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    """(UUID as text, position in `keys`) of target rows with a natural key that no mapping of the entity claims."""
    statement = sql.SQL(
        """
        SELECT t.id::text, k.ordinality - 1
        FROM jsonb_populate_recordset(NULL::{table}, %s) WITH ORDINALITY AS k
        JOIN {table} t ON ({target}) = ({key})
        WHERE NOT EXISTS (SELECT FROM {mappings} m WHERE m.entity = %s AND m.target_id = t.id)
        """
    ).format(
        table=Identifier(table),
        mappings=MAPPINGS,
        target=sql.SQL(", ").join(Identifier("t", column) for column in columns),
        key=sql.SQL(", ").join(Identifier("k", column) for column in columns),
    )
    wanted = json.dumps([dict(zip(columns, key, strict=True)) for key in keys], cls=DjangoJSONEncoder)
    return _fetch(statement, [wanted, entity])  # type: ignore[return-value]


# Recording -------------------------------------------------------------------------------------------------


def next_page_id() -> int:
    """The id that the next page will have: its mappings are written before it."""
    return int(_fetch(sql.SQL("SELECT nextval(pg_get_serial_sequence(%s, 'id'))"), [Page._meta.db_table])[0][0])


def save_resolutions(resolutions: Sequence[dict[str, Any]]) -> None:
    """Resolutions, by entity, legacy id and field: the latest application stands."""
    statement = sql.SQL(
        """
        INSERT INTO {table} (entity, legacy_id, field, rule, old, new, run, page_id)
        SELECT entity, legacy_id, field, rule, old, new, run, page_id
        FROM jsonb_populate_recordset(NULL::{table}, %s)
        ON CONFLICT (entity, legacy_id, field) DO UPDATE
        SET (rule, old, new, run, page_id) =
            (excluded.rule, excluded.old, excluded.new, excluded.run, excluded.page_id)
        """
    ).format(table=RESOLUTIONS)
    _execute(statement, [json.dumps(resolutions)])


def refresh_statistics(table: str) -> None:
    """Has the planner look at the table and the mappings again if they have doubled since it did.

    Left to autovacuum, it takes a table that was filled a moment ago for an empty one and reads all of it for each row.
    """
    grown = _fetch(
        sql.SQL(
            """
            SELECT c.relname FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
            WHERE c.oid IN (%s::regclass, %s::regclass) AND s.n_mod_since_analyze > 1000 + greatest(c.reltuples, 0)
            """
        ),
        [f'"{table}"', f'"{Mapping._meta.db_table}"'],
    )
    for (name,) in grown:
        _execute(sql.SQL("ANALYZE {}").format(Identifier(name)))


# Accounting ------------------------------------------------------------------------------------------------


def mapped(entity_run: Any) -> dict[str, int]:
    """Mappings that an entity run made, by outcome."""
    statement = sql.SQL(
        "SELECT outcome, count(*) FROM {} WHERE page_id IN (SELECT id FROM {} WHERE entity_run = %s) GROUP BY 1"
    ).format(MAPPINGS, PAGES)
    return dict(_fetch(statement, [entity_run]))  # type: ignore[arg-type]


def rows_of(entity: str, parts: bool) -> tuple[int, int]:
    """Source rows of an entity that are mapped, and rows that have an open failure.

    `parts`: a source row becomes several, which count once.
    """
    rows = sql.SQL("count(DISTINCT split_part(legacy_id, ':', 1))" if parts else "count(*)")
    statement = sql.SQL(
        """
        SELECT (SELECT {rows} FROM {mappings} WHERE entity = %(entity)s),
               (SELECT {rows} FROM {failed} WHERE entity = %(entity)s AND state = 'open')
        """
    ).format(rows=rows, mappings=MAPPINGS, failed=FAILED)
    return _fetch(statement, {"entity": entity})[0]  # type: ignore[return-value]


def resolution_groups(entity: str, run: int) -> list[tuple[Any, ...]]:
    """(field, rule, rows) of a run's resolutions in an entity."""
    statement = sql.SQL(
        "SELECT field, rule, count(*) FROM {} WHERE entity = %s AND run = %s GROUP BY 1, 2 ORDER BY 1, 2"
    ).format(RESOLUTIONS)
    return _fetch(statement, [entity, run])


def server() -> tuple[str, str]:
    """The server's version, and its database's name with the number that tells a rebuilt one from the old."""
    return _fetch(
        sql.SQL(
            "SELECT current_setting('server_version'), datname || '/' || oid FROM pg_database "
            "WHERE datname = current_database()"
        )
    )[0]  # type: ignore[return-value]
