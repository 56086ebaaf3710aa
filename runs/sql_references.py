"""Foreign keys of a load, checked for all of its rows at once instead of row by row. See `runs.sql` for the rules.

PostgreSQL asks for the parent of each row and reference on its own, which is half of the time that a load takes.
The same question for many rows together takes a fraction. What the database guarantees stays the same: the
constraints stay in force for everybody, each reference is looked up in the transaction that inserts the row, and
`FOR KEY SHARE`, the lock that the database's own check takes, keeps the parents from going before the transaction ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from runs.sql import _execute, _fetch


class Parent(NamedTuple):
    """What a foreign key of one column refers to: a UUID column of another table."""

    column: str
    schema: str
    table: str
    key: str


def parents(table: str) -> tuple[Parent, ...] | None:
    """Every foreign key of the table. None if the database has to check row by row.

    That is so where the session may not switch its checks off (`GRANT SET ON PARAMETER session_replication_role`
    allows it), where it may not lock the parents, and where the same switch would silence more than foreign keys:
    triggers, and unique constraints that are checked late.
    """
    facts = {"table": f'"{table}"'}
    (allowed,) = _fetch(
        sql.SQL(
            """
            SELECT has_parameter_privilege('session_replication_role', 'SET')
               AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = %(table)s::regclass AND NOT tgisinternal)
               AND NOT EXISTS (SELECT FROM pg_constraint
                               WHERE conrelid = %(table)s::regclass AND contype <> 'f' AND condeferrable)
            """
        ),
        facts,
    )[0]
    found = _fetch(
        sql.SQL(
            """
            SELECT a.attname, n.nspname, p.relname, k.attname,
                   cardinality(c.conkey) = 1 AND k.atttypid = 'uuid'::regtype AND NOT a.atthasdef
                   AND has_table_privilege(p.oid, 'SELECT') AND has_table_privilege(p.oid, 'UPDATE')
            FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            JOIN pg_class p ON p.oid = c.confrelid
            JOIN pg_namespace n ON n.oid = p.relnamespace
            JOIN pg_attribute k ON k.attrelid = p.oid AND k.attnum = c.confkey[1]
            WHERE c.conrelid = %(table)s::regclass AND c.contype = 'f'
            """
        ),
        facts,
    )
    return tuple(Parent(*row[:4]) for row in found) if allowed and all(row[4] for row in found) else None


@contextmanager
def unchecked() -> Iterator[None]:
    """Rows written here have to be checked with `present` before the transaction ends.

    An error has to end in a rollback to a savepoint from before, which also switches the checks on again.
    """
    _execute(sql.SQL("SET LOCAL session_replication_role = replica"))
    yield
    _execute(sql.SQL("SET LOCAL session_replication_role = origin"))


def present(parent: Parent, keys: Collection[str]) -> bool:
    """Whether all of these UUIDs are there; if so, they stay until the transaction ends."""
    statement = sql.SQL(
        "SELECT count(*) FROM (SELECT FROM {} WHERE {} = ANY (%s::uuid[]) FOR KEY SHARE) AS found"
    ).format(Identifier(parent.schema, parent.table), Identifier(parent.key))
    return not keys or _fetch(statement, [list(keys)])[0][0] == len(keys)
