"""Both sides of an entity, page by page: legacy rows as the declaration reads them, and what they became."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.conf import settings

from catalog.declare import Spec
from legacy import reader
from runs import sql_validation
from runs.engine.prefetch import prefetched
from runs.engine.rows import Batch
from runs.engine.transform import read
from runs.sql_validation import Arrived

PAGE = 2000


class Sides(NamedTuple):
    """A page of legacy rows that are mapped and whose target rows are there, in `batch`, and those in the same order.

    `changed` are the ids of legacy rows that are not what they were when they were migrated.
    """

    batch: Batch
    target: list[Arrived]
    changed: set[str]

    def column(self, place: int) -> list[Any]:
        """One of the columns that were asked for."""
        return [row.values[place] for row in self.target]


def sides(spec: Spec, snapshot: reader.Snapshot, fields: Sequence[str]) -> Iterator[Sides]:
    """The entity's arrived rows with these target fields. Memory stays flat whatever their number."""
    meta = spec.target._meta
    columns = [spec.column(name) for name in fields]
    for batch in batches(spec, snapshot):
        found = sql_validation.arrived(spec.name, meta.db_table, str(meta.pk.column), columns, batch.ids)
        there = [i for i, legacy_id in enumerate(batch.ids) if legacy_id in found and found[legacy_id].there]
        batch = batch.at(there)
        rows = [found[legacy_id] for legacy_id in batch.ids]
        changed = {i for i, row, digest in zip(batch.ids, rows, batch.hashes, strict=True) if row.digest != digest}
        yield Sides(batch, rows, changed)


def batches(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Batch]:
    """The legacy rows in scope that the declaration can read; another thread reads two pages ahead."""
    selection = reader.Selection(spec.source, spec.paths, spec.where, spec.annotate)

    def produce() -> Iterator[reader.SourcePage]:
        with snapshot.joined():
            yield from reader.pages(selection, PAGE)

    with prefetched(produce) as pages:
        for page in pages:
            yield read(spec, page.rows, settings.UUID_NAMESPACE)[0]
