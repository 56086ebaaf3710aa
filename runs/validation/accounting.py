"""Every legacy row in scope is mapped or has failed, every mapping has its row, and every row its mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from catalog.declare import Spec
from catalog.registry import specs
from legacy import reader
from runs import sql_validation
from runs.engine.correct import live
from runs.engine.transform import read
from runs.findings import SAMPLE, Found, Kind, Notes
from runs.ledger.models import Page
from runs.models import Run, Severity

LOST = Kind(
    "lost",
    Severity.CRITICAL,
    "These legacy rows are neither mapped nor failed, although a run has read past them: migrate the entity again.",
)
TO_COME = Kind(
    "to_come",
    Severity.WARNING,
    "These legacy rows are neither mapped nor failed, and no run has read as far yet: migrate the entity.",
)
UNREAD = Kind(
    "unread",
    Severity.CRITICAL,
    "Reading the legacy table page by page gives another number of rows than counting it.",
)
TWICE = Kind(
    "twice",
    Severity.ERROR,
    "These legacy rows are mapped and have an open failed record as well: only one of them can be true.",
)
NO_LEGACY_ROW = Kind(
    "no_legacy_row",
    Severity.WARNING,
    "These mappings are of legacy rows that are gone, or that the declaration selects no more: decide whether the rows "
    "of the target are to stay.",
)
STALE_FAILURE = Kind(
    "stale_failure",
    Severity.WARNING,
    "These failed records are of legacy rows that are gone, or that the declaration selects no more: close them.",
)
ROW_GONE = Kind(
    "row_gone",
    Severity.CRITICAL,
    "These legacy rows are mapped to rows that are not in the target: somebody deleted them, or changed the mappings.",
)
UNNAMED_ROW = Kind(
    "unnamed_row",
    Severity.ERROR,
    "These rows of the target came from no legacy row: somebody added them, or removed their mappings.",
)
SHARED_ROW = Kind(
    "shared_row",
    Severity.ERROR,
    "These legacy rows share a row of the target with another one: somebody changed the mappings.",
)

PAGE = 2000


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    seen: Counter[str] = Counter()
    yield from _legacy_rows(spec, seen)
    for record, kind in (("mapping", NO_LEGACY_ROW), ("failure", STALE_FAILURE)):
        if sql_validation.count_recorded(record, spec.name) > seen[record]:
            yield from _strays(spec, record, kind)
    table, key = spec.target._meta.db_table, str(spec.target._meta.pk.column)
    fillers = [other.name for other in specs() if other.target is spec.target] or [spec.name]
    for kind, group in (
        (ROW_GONE, sql_validation.without_row(spec.name, table, key, SAMPLE)),
        (UNNAMED_ROW, sql_validation.unnamed(fillers, table, key, SAMPLE)),
        (SHARED_ROW, sql_validation.shared(spec.name, SAMPLE)),
    ):
        if group.rows:
            yield Found(kind, rows=group.rows, sample=group.sample)


def _legacy_rows(spec: Spec, seen: Counter[str]) -> Iterator[Found]:
    """The equation: rows in scope = mapped + failed, row by row. `seen` counts the records that were met."""
    notes, reached = Notes(), _reached(spec)
    rows = wanted = accounted = 0
    for legacy_rows, ids in _ids(spec):
        mapped = sql_validation.recorded("mapping", spec.name, ids)
        failed = sql_validation.recorded("failure", spec.name, ids)
        rows, wanted, accounted = rows + legacy_rows, wanted + len(ids), accounted + len(mapped | failed)
        seen.update(mapping=len(mapped), failure=len(failed))
        missing = [i for i in ids if i not in mapped and i not in failed]
        lost = {i for i in missing if reached is not None and _key(spec, i) <= reached}
        notes.note(LOST, [i for i in missing if i in lost])
        notes.note(TO_COME, [i for i in missing if i not in lost])
        notes.note(TWICE, [i for i in ids if i in mapped and i in failed])
    for one in notes.found():
        if one.kind in (LOST, TO_COME):
            counts = f"{wanted:,} rows", f"{accounted:,} rows", f"{one.rows:,} rows"
            one = Found(one.kind, one.field, one.rows, one.sample, *counts)
        yield one
    counted = reader.extent(_selection(spec)).in_scope
    if rows != counted:
        yield Found(UNREAD, rows=abs(counted - rows), expected=f"{counted:,} rows", actual=f"{rows:,} rows")


def _strays(spec: Spec, record: str, kind: Kind) -> Iterator[Found]:
    """Records of legacy ids that are not in scope."""
    notes, after = Notes(), ""
    while ids := sql_validation.next_recorded(record, spec.name, after, PAGE):
        keys = {key for one in ids if (key := _key(spec, one)) is not None}
        known = {one for _, there in _ids(spec, list(keys)) for one in there}
        notes.note(kind, [one for one in ids if one not in known])
        after = ids[-1]
    yield from notes.found()


def _ids(spec: Spec, keys: list[Any] | None = None) -> Iterator[tuple[int, list[str]]]:
    """Pages of (number of legacy rows, legacy ids to be accounted for), of all rows or of those with these keys.

    Where a row becomes several, its parts have ids of their own, which only the whole row can tell.
    """
    corrections = live(spec) if spec.each else None
    for page in reader.pages(_selection(spec, keys), PAGE):
        if spec.each is None:
            yield page.read, [str(key) for (key,) in page.rows]
        else:
            batch, refused = read(spec, page.rows, settings.UUID_NAMESPACE, corrections)
            yield page.read, [*batch.ids, *(row.legacy_id for row in refused)]


def _selection(spec: Spec, keys: list[Any] | None = None) -> reader.Selection:
    if spec.each is None:
        return reader.Selection(spec.source, (spec.source._meta.pk.name,), spec.where, ids=keys)
    return reader.Selection(spec.source, spec.paths, spec.where, spec.annotate, keys)


def _reached(spec: Spec) -> Any:
    """The greatest key up to which a run has read all rows; None if none has. A run over chosen ids tells nothing."""
    chosen = Run.objects.filter(options__ids__isnull=False).exclude(options__ids=None).values_list("pk", flat=True)
    pages = Page.objects.filter(entity=spec.name, undone_at=None).exclude(last_key="").exclude(run__in=list(chosen))
    last = [_key(spec, key) for key in pages.values_list("last_key", flat=True)]
    return max((key for key in last if key is not None), default=None)


def _key(spec: Spec, legacy_id: str) -> Any:
    """The primary key in a legacy id, the part of a split row left aside; None if it cannot be one."""
    try:
        return spec.source._meta.pk.to_python(legacy_id.partition(":")[0] if spec.each else legacy_id)
    except ValidationError:
        return None
