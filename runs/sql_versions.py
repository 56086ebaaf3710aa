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
    statement = sql.SQL(
        "SELECT %s || '/' || d.oid || '/' || %s::regclass::oid FROM pg_database d WHERE datname = current_database()"
    )
    return str(_fetch(statement, [_cluster(), f'"{table}"'])[0][0])


def stamp(table: str, ids: Sequence[str]) -> Stamp:
    """Where these rows are, and their versions as they are at this moment, in the transaction that wrote them."""
    if not ids:
        return NONE
    statement = sql.SQL("SELECT DISTINCT xmin::text FROM {} WHERE id = ANY (%s::uuid[])").format(Identifier(table))
    return Stamp(place(table), [version for (version,) in _fetch(statement, [list(ids)])])


#: The last part of a statement that updates rows which we had written. Its part `written` has the columns page_id and
#: version. Pages of another place say nothing, and stay so. Parameter: place.
NOTED = sql.SQL(
    """
    UPDATE {pages} p SET versions = p.versions || to_jsonb(w.version)
    FROM (SELECT DISTINCT page_id, version FROM written) w
    WHERE p.id = w.page_id AND p.place = %(place)s AND NOT p.versions ? w.version
    """
).format(pages=PAGES)


@cache
def _cluster() -> str:
    """The number that a cluster got when it was made. Who may not read it is told the time of the server's start:
    after a restart every row counts as edited then, which keeps too much and never too little.
    """
    (allowed,) = _fetch(sql.SQL("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')"))[0]
    known = "SELECT system_identifier::text FROM pg_control_system()"
    return str(_fetch(sql.SQL(known if allowed else "SELECT pg_postmaster_start_time()::text"))[0][0])
