"""Who wrote a row of the target last, told by its version. See `runs.sql` for the rules of hand-written statements.

PostgreSQL stamps each version of a row with the transaction that wrote it (`xmin`). A page keeps the stamps of all
versions that we wrote, so a row with another stamp was written by somebody else. The stamps mean something only in the
very table that they were read from: after a dump and restore, or in a copy of the database, every row counts as edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from runs.sql import PAGES, _fetch


class Stamp(NamedTuple):
    """The table that rows are in, by number, and the versions that they have there."""

    place: str = ""
    versions: Sequence[str] = ()


#: Of a page that wrote no row.
NONE = Stamp()

#: Whether nobody but us has written the row t since: its mapping's page is p. Parameter: place.
UNTOUCHED = sql.SQL("(p.place = %(place)s AND p.versions ? t.xmin::text)")


def place(table: str) -> str:
    """The table's identity: cluster, database and table by number."""
    return f"{_database()}/{_fetch(sql.SQL('SELECT %s::regclass::oid'), [_quoted(table)])[0][0]}"


def stamp(table: str, ids: Sequence[str]) -> Stamp:
    """Where these rows are, and their versions as they are at this moment, in the transaction that wrote them."""
    statement = sql.SQL("SELECT DISTINCT %s::regclass::oid, xmin::text FROM {} WHERE id = ANY (%s::uuid[])")
    found = _fetch(statement.format(Identifier(table)), [_quoted(table), list(ids)]) if ids else []
    return Stamp(f"{_database()}/{found[0][0]}", [version for _, version in found]) if found else NONE


def _quoted(table: str) -> str:
    """The name as the database reads it in a text."""
    return f'"{table}"'


#: The last part of a statement that updates rows which we had written. Its part `written` has the columns page_id,
#: version, and ours: whether the row was untouched until then. Rows of one statement have one version, so a page with
#: an edited row among them must not know it: all of them count as edited then. Parameter: place.
NOTED = sql.SQL(
    """
    UPDATE {pages} p SET versions = p.versions || to_jsonb(w.version)
    FROM (SELECT page_id, min(version) AS version FROM written GROUP BY page_id HAVING bool_and(ours)) w
    WHERE p.id = w.page_id AND p.place = %(place)s AND NOT p.versions ? w.version
    """
).format(pages=PAGES)


@cache
def _database() -> str:
    """The numbers that the cluster and the database got when they were made.

    Who may not read the cluster's is told the time of the server's start: after a restart every row counts as edited
    then, which keeps too much and never too little.
    """
    (allowed,) = _fetch(sql.SQL("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')"))[0]
    known = "(SELECT system_identifier FROM pg_control_system())" if allowed else "pg_postmaster_start_time()"
    statement = sql.SQL("SELECT {} || '/' || oid FROM pg_database WHERE datname = current_database()")
    return str(_fetch(statement.format(sql.SQL(known)))[0][0])
