"""Both sides of an entity, page by page: legacy rows as the declaration reads them, and what they became."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError

from catalog.declare import Spec
from legacy import reader
from runs import sql_checksums, sql_validation
from runs.engine import correct
from runs.engine.prefetch import prefetched
from runs.engine.rows import Batch, Resolved
from runs.engine.transform import read
from runs.findings import Found, Kind, Notes
from runs.models import Severity
from runs.sampling import Sample
from runs.sql import has_mappings
from runs.sql_checksums import Place
from runs.sql_validation import Arrived

T = TypeVar("T")

PAGE = 2000
#: How the rules of resolutions begin that are corrections.
CORRECTION = "correction: "


EMPTY_SAMPLE = Kind(
    "empty_sample",
    Severity.ERROR,
    "Not one row of the sample was there to compare, so it proves nothing: migrate the entity, or compare all rows.",
)


@dataclass
class Comparison:
    """Which rows of an entity a check is to compare, all of them or a sample, and how many it has compared.

    `told` is called after each page with its number of rows. Of a sample the `defective` rows are kept, by legacy id.
    """

    sample: Sample | None = None
    told: Callable[[int], None] = lambda rows: None
    rows: int = 0
    defective: set[str] = field(default_factory=set)

    def notes(self) -> Notes:
        return Notes(failing=self.defective if self.sample else None)

    def add(self, rows: int) -> None:
        self.rows += rows
        self.told(rows)

    def nothing(self, spec: Spec) -> Iterator[Found]:
        """A finding if a sample has no row although there is something to compare."""
        if self.sample and not self.rows:
            scope = reader.extent(reader.Selection(spec.source, (spec.source._meta.pk.name,), spec.where)).in_scope
            if scope or has_mappings(spec.name):
                yield Found(EMPTY_SAMPLE)


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
    for batch in batches(spec, snapshot):
        found = arrived(spec, fields, batch.ids)
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
        with snapshot.joined():
            for rows in _pages(spec, chosen):
                batch = read(spec, rows, namespace, corrections)[0]
                yield look(batch if chosen is None else _only(batch, chosen))

    with prefetched(produce) as pages:
        yield from pages


def _pages(spec: Spec, chosen: set[str] | None) -> Iterator[list[tuple[Any, ...]]]:
    if chosen is None:
        yield from _rows(spec)
        return
    keys = sorted({key for one in chosen if (key := legacy_key(spec, one)) is not None})
    for start in range(0, len(keys), PAGE):
        yield from _rows(spec, keys[start : start + PAGE])


def _rows(spec: Spec, keys: Sequence[Any] | None = None) -> Iterator[list[tuple[Any, ...]]]:
    """Pages of the legacy rows in scope, all of them or those with these keys."""
    selection = reader.Selection(spec.source, spec.paths, spec.where, spec.annotate, keys)
    for page in reader.pages(selection, PAGE):
        yield page.rows


def _only(batch: Batch, chosen: Collection[str]) -> Batch:
    return batch.at([i for i, legacy_id in enumerate(batch.ids) if legacy_id in chosen])


def legacy_key(spec: Spec, legacy_id: str) -> Any:
    """The primary key in a legacy id, the part of a split row left aside; None if it cannot be one."""
    try:
        return spec.source._meta.pk.to_python(legacy_id.partition(":")[0] if spec.each else legacy_id)
    except ValidationError:
        return None


def place(spec: Spec) -> Place:
    """Where the entity's rows are in the target."""
    meta = spec.target._meta
    return Place(spec.name, meta.db_table, str(meta.pk.column))


def arrived(spec: Spec, fields: Sequence[str], legacy_ids: Collection[str]) -> dict[str, Arrived]:
    """Those of these rows that are mapped and there, with these target fields."""
    found = sql_validation.arrived(*place(spec), [spec.column(name) for name in fields], legacy_ids)
    return {legacy_id: row for legacy_id, row in found.items() if row.there}


def changed(spec: Spec, digests: Mapping[str, str]) -> set[str]:
    """Legacy ids with the digests in their mappings → those whose legacy rows are not what they were any more."""
    keys = sorted({key for one in digests if (key := legacy_key(spec, one)) is not None})
    current: dict[str, str] = {}
    for rows in _rows(spec, keys) if keys else ():
        batch = read(spec, rows, settings.UUID_NAMESPACE)[0]
        current.update(zip(batch.ids, batch.hashes, strict=True))
    return {legacy_id for legacy_id, digest in digests.items() if current.get(legacy_id) != digest}


def corrected(
    spec: Spec, applied: Iterable[Resolved], legacy_ids: Collection[str], fields: Collection[str]
) -> set[str]:
    """Those of these rows to which other corrections apply than did when they were migrated.

    `applied` is what applies; what was revoked shows in the resolutions that are on record for the fields.
    """
    if not legacy_ids:
        return set()
    recorded = sql_checksums.rules(spec.name, legacy_ids)
    before = {(*key, rule) for key, rules in recorded.items() for rule in rules.split("; ")}
    now = {(row.legacy_id, row.field, row.rule) for row in applied if row.legacy_id in legacy_ids}
    revoked = {one for one in before - now if one[1] in fields}
    return {one[0] for one in (now - before) | revoked if one[2].startswith(CORRECTION)}
