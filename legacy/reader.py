"""Reading the legacy database: one view of it for a whole run, in pages by primary key.

Besides `legacy.profile`, `legacy.plain`, the schema and the admin this module is the only one that queries `legacy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connections, transaction
from django.db.models import CharField, Count, F, Model, Q, QuerySet, Sum, TextField
from django.db.models.expressions import Combinable

from legacy.dates import read_carefully

ALIAS = "legacy"


@dataclass(frozen=True)
class Selection:
    """Which rows and columns of a legacy table are read. `ids` None means all; an empty list means none."""

    model: type[Model]
    paths: tuple[str, ...]
    where: Q | None = None
    annotate: Mapping[str, Combinable] = field(default_factory=dict)
    ids: Sequence[Any] | None = None

    def all_rows(self) -> QuerySet[Any]:
        return self.model._default_manager.using(ALIAS).order_by()

    def in_scope(self) -> QuerySet[Any]:
        """The rows that are selected, without any join: a broken reference cannot hide a row here."""
        rows = self.all_rows()
        if self.where is not None:
            rows = rows.filter(self.where)
        return rows if self.ids is None else rows.filter(pk__in=self.ids)


@dataclass(frozen=True)
class SourcePage:
    """Legacy rows in the order of their keys. `final`: the table has no more. Keys are None for an empty page."""

    rows: list[tuple[Any, ...]]
    final: bool

    @property
    def read(self) -> int:
        """The number of legacy rows, however often a join repeats them."""
        return len({row[0] for row in self.rows})

    @property
    def first_key(self) -> Any:
        return self.rows[0][0] if self.rows else None

    @property
    def last_key(self) -> Any:
        return self.rows[-1][0] if self.rows else None


def pages(selection: Selection, size: int, after: Any = None) -> Iterator[SourcePage]:
    """Pages of at most `size` rows whose keys are greater than `after`; the last one is `final`, and may be empty.

    Rows are tuples in the order of `selection.paths`, which starts with the primary key. References are LEFT
    JOINs: a missing parent reads as NULL. Should a join multiply a row, all its copies come in one page.
    """
    read_carefully(connections[ALIAS])
    rows = selection.in_scope().annotate(**selection.annotate).order_by("pk").values_list(*selection.paths)
    while True:
        wanted = rows if after is None else rows.filter(pk__gt=after)
        # One row more than asked for tells whether there is a next page, at no extra query.
        found = list(wanted[: size + 1])
        page = found[:size]
        while len(found) > len(page) and found[len(page)][0] == page[-1][0]:
            page.append(found[len(page)])
        final = len(found) == len(page)
        yield SourcePage(page, final)
        if final:
            return
        after = page[-1][0]


def ordered(selection: Selection, by: Sequence[str], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Lists of at most `size` rows in the order of these columns, then of the keys, as tuples like those of `pages`.

    Read from a cursor of the server's, in the transaction of a `Snapshot`; MySQL's driver fetches all rows at once.
    """
    read_carefully(connections[ALIAS])
    rows = selection.in_scope().annotate(**selection.annotate).order_by(*by, "pk").values_list(*selection.paths)
    stream = rows.iterator(chunk_size=size)
    while chunk := list(islice(stream, size)):
        yield chunk


@dataclass(frozen=True)
class Extent:
    """How much there is to read: rows in the table, rows selected, and the greatest selected key (None: no row)."""

    total: int
    in_scope: int
    last_key: Any


def extent(selection: Selection) -> Extent:
    scope = selection.in_scope()
    return Extent(
        total=selection.all_rows().count(),
        in_scope=scope.count(),
        last_key=scope.order_by("-pk").values_list("pk", flat=True).first(),
    )


def unknown_ids(selection: Selection) -> tuple[list[Any], list[Any]]:
    """Of the selection's ids: those that are no row of the table, and those whose rows are out of scope."""
    ids = list(selection.ids or ())
    existing = set(selection.all_rows().filter(pk__in=ids).values_list("pk", flat=True))
    scope = set(selection.in_scope().values_list("pk", flat=True))
    return [i for i in ids if i not in existing], [i for i in ids if i in existing and i not in scope]


def filled(model: type[Model], columns: Sequence[str]) -> dict[str, int]:
    """Column → number of rows with a value in it: neither NULL nor an empty text. One query for all."""
    if not columns:
        return {}
    fields = {str(field.column): field for field in model._meta.concrete_fields if field.column in columns}
    texts = (CharField, TextField)
    counts = {
        f"column_{place}": Count(
            F(field.attname), filter=~Q(**{field.attname: ""}) if isinstance(field, texts) else None
        )
        for place, field in enumerate(fields.values())
    }
    found = model._default_manager.using(ALIAS).order_by().aggregate(**counts)
    return {column: found[name] for column, name in zip(fields, counts, strict=True)}


def sums(selection: Selection, columns: Sequence[str]) -> dict[str, Any]:
    """Column → its exact sum over the selected rows, as the database adds it; None where no row has a value."""
    totals = {f"sum_{place}": Sum(column) for place, column in enumerate(columns)}
    found = selection.in_scope().aggregate(**totals)
    return dict(zip(columns, found.values(), strict=True))


class Snapshot:
    """One unchanging view of the legacy database, for as long as the context lasts.

    On PostgreSQL readers in other threads join the same view (`SET TRANSACTION SNAPSHOT`). Other servers give
    every reader a view of its own, taken when it starts.
    """

    def __init__(self) -> None:
        self.name = ""

    def __enter__(self) -> Snapshot:
        self._transaction = transaction.atomic(using=ALIAS)
        self._transaction.__enter__()
        connection = connections[ALIAS]
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_export_snapshot()")
                self.name = cursor.fetchone()[0]
        return self

    def __exit__(self, *exc: Any) -> None:
        self._transaction.__exit__(*exc)

    @contextmanager
    def joined(self) -> Iterator[None]:
        """The same view in another thread, whose connection is closed at the end."""
        try:
            with transaction.atomic(using=ALIAS):
                if self.name:
                    with connections[ALIAS].cursor() as cursor:
                        cursor.execute("SET TRANSACTION SNAPSHOT %s", [self.name])
                yield
        finally:
            connections[ALIAS].close()
