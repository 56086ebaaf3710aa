"""The control totals of pages against what the target holds today. Only reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from catalog.declare import Spec
from runs.ledger.models import BeforeImage
from runs.sql import MAPPINGS, PAGES, _fetch

IMAGES = Identifier(BeforeImage._meta.db_table)


class PageTotals(NamedTuple):
    """A page: its rows, what it recorded, by field and as text, and the sums of the same rows today."""

    run: int
    number: int
    rows: int
    recorded: dict[str, str]
    today: list[Decimal]


def page_totals(spec: Spec, fields: Sequence[str]) -> list[PageTotals]:
    """The entity's pages with control totals, as far as no undo and no repair has changed their rows since."""
    meta = spec.target._meta
    columns = [spec.column(name) for name in fields]
    statement = sql.SQL(
        """
        SELECT p.run, p.number, m.rows, p.totals, m.sums FROM {pages} p
        JOIN (
            SELECT m.page_id, count(*) AS rows, ARRAY[{sums}] AS sums
            FROM {mappings} m LEFT JOIN {table} t ON t.{key} = m.target_id
            WHERE m.entity = %(entity)s AND m.outcome = 'created' GROUP BY 1
        ) m ON m.page_id = p.id
        WHERE p.entity = %(entity)s AND p.undone_at IS NULL AND p.totals <> '{{}}' AND p.created = m.rows
          AND p.id NOT IN (
            SELECT x.page_id FROM {images} b JOIN {mappings} x ON x.target_id = b.target_id AND x.entity = %(entity)s
            WHERE b.restored_at IS NULL AND b.before ?| %(columns)s
          )
        ORDER BY p.run, p.number
        """
    ).format(
        pages=PAGES,
        mappings=MAPPINGS,
        images=IMAGES,
        table=Identifier(meta.db_table),
        key=Identifier(str(meta.pk.column)),
        sums=sql.SQL(", ").join(sql.SQL("coalesce(sum(t.{}), 0)").format(Identifier(column)) for column in columns),
    )
    found = _fetch(statement, {"entity": spec.name, "columns": columns})
    # Django has the driver give JSON as text.
    return [PageTotals(run, number, rows, json.loads(totals), sums) for run, number, rows, totals, sums in found]
