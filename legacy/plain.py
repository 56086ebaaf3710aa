"""Plain statements on the legacy database, beside the reader: what a validation counts without trusting the ORM.

They are written so that PostgreSQL, MySQL and SQLite take them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Model

ALIAS = "legacy"


class Keys(NamedTuple):
    """A table's rows, those of them that have a key, and the number of different keys."""

    rows: int
    filled: int
    distinct: int


def keys(model: type[Model]) -> Keys:
    """Counts the whole table, whatever the model's manager shows of it."""
    quote = connections[ALIAS].ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return Keys(*_fetch(f"SELECT count(*), count({key}), count(DISTINCT {key}) FROM {table}")[0])


def selected(statement: str, ids: Sequence[Any]) -> set[str]:
    """Those of these ids that a declared statement yields, as text. An empty list selects nothing.

    The statement is a constant of `catalog.invariants`; no part of it comes from data.
    """
    if not ids:
        return set()
    places = ", ".join(["%s"] * len(ids))
    text = statement.replace("%", "%%")
    return {str(one) for (one,) in _fetch(f"SELECT id FROM ({text}) violating WHERE id IN ({places})", ids)}


def _fetch(statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(statement, params or None)
        return cursor.fetchall()
