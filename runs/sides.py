"""Both sides of an entity, page by page: legacy rows as the declaration reads them, and what they became."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import connections

from catalog.declare import Spec
from legacy import reader
from runs import sql, sql_checksums, sql_validation
from runs.engine import correct
from runs.engine.prefetch import prefetched
from runs.engine.rows import Batch
from runs.engine.transform import read
from runs.sql_checksums import Place
from runs.sql_validation import Arrived

T = TypeVar("T")

PAGE = 2000


class Sample(NamedTuple):
    """So many of an entity's rows, drawn at random. The same seed draws the same ones."""

    rows: int
    seed: int = 0


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
    columns = [spec.column(name) for name in fields]
    for batch in batches(spec, snapshot):
        found = arrived(spec, columns, batch.ids)
        there = [i for i, legacy_id in enumerate(batch.ids) if legacy_id in found]
        batch = batch.at(there)
        rows = [found[legacy_id] for legacy_id in batch.ids]
        changed = {i for i, row, digest in zip(batch.ids, rows, batch.hashes, strict=True) if row.digest != digest}
        yield Sides(batch, rows, changed)


def batches(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Batch]:
    """The legacy rows in scope that the declaration can read, as corrected, with their digests."""
    yield from looked_at(spec, snapshot, lambda batch: batch, digests=True)


def looked_at(
    spec: Spec,
    snapshot: reader.Snapshot,
    look: Callable[[Batch], T],
    sample: Sample | None = None,
    digests: bool = False,
) -> Iterator[T]:
    """What `look` makes of the legacy rows in scope, as corrected, page by page; another thread is two pages ahead.

    Only rows that the declaration can read. Without `digests` they have no digests, nor UUIDs.
    """
    corrections = correct.live(spec)
    namespace = settings.UUID_NAMESPACE if digests else None
    chosen = None if sample is None else set(sql_checksums.drawn(spec.name, sample.rows, sample.seed))

    def produce() -> Iterator[T]:
        try:
            with snapshot.joined():
                for rows in _pages(spec, chosen):
                    batch = read(spec, rows, namespace, corrections)[0]
                    yield look(batch if chosen is None else _only(batch, chosen))
        finally:
            connections[sql.ALIAS].close()

    with prefetched(produce) as pages:
        yield from pages


def _pages(spec: Spec, chosen: set[str] | None) -> Iterator[list[tuple[Any, ...]]]:
    if chosen is None:
        for page in reader.pages(reader.Selection(spec.source, spec.paths, spec.where, spec.annotate), PAGE):
            yield page.rows
        return
    keys = sorted({key for one in chosen if (key := legacy_key(spec, one)) is not None})
    for start in range(0, len(keys), PAGE):
        yield from rows_of(spec, keys[start : start + PAGE])


def _only(batch: Batch, chosen: set[str]) -> Batch:
    return batch.at([i for i, legacy_id in enumerate(batch.ids) if legacy_id in chosen])
