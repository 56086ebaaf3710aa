"""The hand-written statements of reports: all of them only read. See `runs.sql` for the rest and for the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg import sql
from psycopg.sql import Identifier

from runs.sql import MAPPINGS, PAGES, _fetch


def arrived(
    entity: str, table: str, key: str, amounts: Sequence[str], links: Sequence[str]
) -> tuple[int, list[Decimal | None], list[int]]:
    """Of an entity's rows that are in the target: their number, the sums of these columns, and how many hold a value
    in those. `key` is the column that the mappings name.
    """
    wanted = [sql.SQL("sum(t.{})").format(Identifier(name)) for name in amounts]
    wanted += [sql.SQL("count(t.{})").format(Identifier(name)) for name in links]
    statement = sql.SQL(
        "SELECT {columns} FROM {mappings} m JOIN {table} t ON t.{key} = m.target_id WHERE m.entity = %s"
    ).format(
        columns=sql.SQL(", ").join([sql.SQL("count(*)"), *wanted]),
        mappings=MAPPINGS,
        table=Identifier(table),
        key=Identifier(key),
    )
    rows, *found = _fetch(statement, [entity])[0]
    return rows, found[: len(amounts)], found[len(amounts) :]


def progress(run: int | None, entities: Sequence[str], steps: int) -> list[tuple[datetime, int]]:
    """When how many rows had arrived, in at most so many steps: (end of the step, rows so far). Undone pages left out.

    `run` None: of all runs.
    """
    statement = sql.SQL(
        """
        WITH done AS (
            SELECT committed_at AS at, created + matched AS rows FROM {pages}
            WHERE undone_at IS NULL AND entity = ANY (%(entities)s) AND (%(run)s::bigint IS NULL OR run = %(run)s)
        ), span AS (
            SELECT min(at) AS first, max(at) + interval '1 microsecond' AS last FROM done
        ), stepped AS (
            SELECT width_bucket(extract(epoch FROM at), extract(epoch FROM first), extract(epoch FROM last), %(steps)s)
                   AS step, max(at) AS at, sum(rows) AS rows
            FROM done, span GROUP BY 1
        )
        SELECT at, (sum(rows) OVER (ORDER BY step))::bigint FROM stepped ORDER BY step
        """
    ).format(pages=PAGES)
    params: dict[str, Any] = {"run": run, "entities": list(entities), "steps": steps}
    return _fetch(statement, params)  # type: ignore[return-value]
