"""Target values in, target rows out: by COPY, and where the database refuses, by halves to the bad rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import DataError, Error, IntegrityError, InternalError, transaction
from django.db.models import NOT_PROVIDED, Field

from catalog.declare import Spec
from runs import sql, sql_references
from runs.engine.fit import adapt
from runs.engine.rows import Batch, Rejected

STAGE = "load"

#: What the database says of a row, in words. Its own messages hold values.
MEANING = {
    "23502": "The database demands a value in {place}.",
    "23503": "The row that {place} refers to is not in the database.",
    "23505": "Another row has the same {place} already.",
    "23514": "The values break the rule {constraint} of the database.",
    "23P01": "The row collides with another one under the rule {constraint} of the database.",
    "22001": "A text is longer than {place} holds.",
    "22003": "A number is larger than {place} holds.",
    "22P02": "A value is not of the kind that {place} holds.",
    "22P05": "A text has a character that the database's encoding does not know.",
    "22021": "A text has a character that the database cannot store.",
}

#: What one row can be blamed for. Anything else (a lost connection, a full disk) stops the run.
ROW_ERRORS = (IntegrityError, DataError, InternalError)


def load(spec: Spec, batch: Batch) -> tuple[Batch, list[Rejected]]:
    """Inserts the rows. Runs inside the page's transaction; refused rows leave no trace in it."""
    columns = _columns(spec, batch)
    rows = list(zip(*columns.values(), strict=True))
    refused: dict[int, Rejected] = {}
    # Left halves first: of two rows that cannot both stay, the one with the higher key goes.
    spans = [(0, len(rows))] if rows and not _at_once(spec, columns, rows) else []
    while spans:
        start, stop = spans.pop()
        try:
            with transaction.atomic(using=sql.ALIAS):
                sql.copy(spec.target._meta.db_table, list(columns), rows[start:stop])
        except ROW_ERRORS as error:
            if stop - start == 1:
                refused[start] = _rejected(spec, batch, start, error)
            else:
                middle = (start + stop) // 2
                spans += [(middle, stop), (start, middle)]
    return batch.without(refused), list(refused.values())


def _at_once(spec: Spec, columns: Mapping[str, list[Any]], rows: Sequence[tuple[Any, ...]]) -> bool:
    """Whether all rows went in together, with each reference looked up once for all of them.

    If not, nothing has happened, and who is to blame is found by loading them with the database's own checks.
    """
    parents = _parents(spec)
    if parents is None:
        return False
    try:
        with transaction.atomic(using=sql.ALIAS):
            with sql_references.unchecked():
                sql.copy(spec.target._meta.db_table, list(columns), rows)
            there = all(sql_references.present(one, set(columns.get(one.column, ())) - {None}) for one in parents)
            transaction.set_rollback(not there, using=sql.ALIAS)
    except ROW_ERRORS:
        return False
    return there


@cache
def _parents(spec: Spec) -> Sequence[sql_references.Parent] | None:
    return sql_references.parents(spec.target._meta.db_table)


def _columns(spec: Spec, batch: Batch) -> dict[str, list[Any]]:
    """Column names of the target table → values, for all that the database does not fill in by itself."""
    columns: dict[str, list[Any]] = {str(spec.target._meta.pk.column): batch.target_ids}
    for name, values in batch.values.items():
        columns[spec.column(name)] = adapt(spec.fields[name], values)
    for field in defaulted(spec):
        columns[str(field.column)] = adapt(field, [field.get_default()] * len(batch))
    return columns


@cache
def defaulted(spec: Spec) -> Sequence[Field]:
    """Fields without a recipe that get the default which the target's model declares."""
    return [
        field
        for name, field in spec.fields.items()
        if name not in spec.recipes
        and not field.primary_key
        and field.default is not NOT_PROVIDED
        and field.db_default is NOT_PROVIDED
    ]


def _rejected(spec: Spec, batch: Batch, position: int, error: Error) -> Rejected:
    cause = getattr(error.__cause__, "diag", None)
    code = getattr(cause, "sqlstate", None) or "unknown"
    constraint = getattr(cause, "constraint_name", None) or ""
    fields = _field_names(spec, _constraints(spec).get(constraint, []) or _column(cause))
    place = " and ".join(fields) or constraint or "one of its columns"
    message = MEANING.get(code, "The database refused the row with SQLSTATE {code}.")
    return batch.reject(
        position,
        STAGE,
        code,
        message.format(place=place, constraint=constraint, code=code),
        field=", ".join(fields),
        constraint=constraint,
    )


def _column(cause: Any) -> list[str]:
    """The column to blame: named outright, or in what COPY was at, 'COPY orders, line 1, column suffix: ...'."""
    named = getattr(cause, "column_name", None)
    found = re.search(r"^COPY .*?, line \d+, column ([^:\n]+)", getattr(cause, "context", None) or "")
    return [named] if named else [found[1]] if found else []


@cache
def _constraints(spec: Spec) -> Mapping[str, list[str]]:
    return sql.constraint_columns(spec.target._meta.db_table)


def _field_names(spec: Spec, columns: Collection[str]) -> list[str]:
    return [name for name, field in spec.fields.items() if field.column in columns]
