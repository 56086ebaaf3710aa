"""Every legacy row in scope is mapped or has failed, every mapping has its row and its page, and every row its mapping.

The legacy rows are met page by page and counted once more by a plain statement, which knows neither reader nor scope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from catalog.declare import Spec
from catalog.registry import specs
from legacy import plain, reader
from runs import sql_accounting
from runs.engine import correct
from runs.engine.correct import live
from runs.engine.transform import read
from runs.findings import SAMPLE, Found, Kind, Notes
from runs.ledger.models import Page
from runs.models import EntityRun, Run, Severity
from runs.sides import legacy_key

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
NOTHING = Kind(
    "nothing",
    Severity.ERROR,
    "None of the legacy rows in scope is mapped or has failed: there is nothing to compare. Migrate the entity.",
)
EMPTIED = Kind(
    "emptied",
    Severity.CRITICAL,
    "No legacy row is in scope any more, and rows of it were migrated: is this the right legacy database?",
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

COPIED_ROW = Kind(
    "copied_row",
    Severity.ERROR,
    "These rows of the target came from no legacy row and equal one that did: somebody doubled them.",
)
PAGE_GONE = Kind(
    "page_gone",
    Severity.ERROR,
    "These mappings belong to no page of a run: nothing tells when they were made, and no undo would find them.",
)
PAGE_COUNT = Kind(
    "page_count",
    Severity.ERROR,
    "The {field} counts other numbers of rows than the ledger holds of it: somebody changed the ledger.",
)
HIDDEN = Kind(
    "hidden",
    Severity.CRITICAL,
    "A plain count of the legacy table gives another number of rows than the reader's: some are hidden from it.",
)
LEGACY_KEY = Kind(
    "legacy_key",
    Severity.CRITICAL,
    "Legacy rows share a key or have none: only one of them can be told, and the others are never read.",
)
UNBALANCED = Kind(
    "unbalanced",
    Severity.CRITICAL,
    "Rows that are mapped, failed, dismissed and out of scope do not add up to the legacy table.",
)

PAGE = 2000
CHEAP = True


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    seen: Counter[str] = Counter()
    odd = list(_legacy_rows(spec, seen))
    for record, kind in (("mapping", NO_LEGACY_ROW), ("failure", STALE_FAILURE), ("dismissed", STALE_FAILURE)):
        if sql_accounting.count_recorded(record, spec.name) > seen[record]:
            odd += _strays(spec, record, kind)
    yield from odd
    yield from _balance(spec, bool(odd))
    yield from _target_rows(spec)
    yield from _pages(spec)


def _target_rows(spec: Spec) -> Iterator[Found]:
    table, key = spec.target._meta.db_table, str(spec.target._meta.pk.column)
    fillers = [other.name for other in specs() if other.target is spec.target] or [spec.name]
    unnamed = sql_accounting.unnamed(fillers, table, key, SAMPLE)
    groups = [
        (ROW_GONE, sql_accounting.without_row(spec.name, table, key, SAMPLE)),
        (UNNAMED_ROW, unnamed),
        (SHARED_ROW, sql_accounting.shared(spec.name, SAMPLE)),
        (PAGE_GONE, sql_accounting.without_page(spec.name, SAMPLE)),
    ]
    if unnamed.rows:
        groups.append((COPIED_ROW, sql_accounting.copies(spec, fillers, SAMPLE)))
    yield from (Found(kind, rows=group.rows, sample=group.sample) for kind, group in groups if group.rows)


def _pages(spec: Spec) -> Iterator[Found]:
    """Pages that count other rows than the ledger holds. An undo may have taken rows of a page, and adds none."""
    pages = sql_accounting.odd_pages(spec.name)
    taken = EntityRun.objects.filter(pk__in={page.entity_run for page in pages}, taken_back__gt=0)
    fewer = {str(one) for one in taken.values_list("pk", flat=True)}
    odd = [
        page
        for page in pages
        if page.mappings > page.arrived or page.failed != page.attempts or str(page.entity_run) not in fewer
    ]
    for page in odd[:SAMPLE]:
        held, rows = page.mappings + page.attempts, page.arrived + page.failed
        counts = f"{held:,} rows", f"{rows:,} rows", f"{rows - held:+,} rows"
        yield Found(PAGE_COUNT, f"page {page.number} of run {page.run}", abs(rows - held), (), *counts)


def _balance(spec: Spec, explained: bool) -> Iterator[Found]:
    """The equation once more, by plain counts; what is odd row by row explains a difference."""
    keys = plain.keys(spec.source)
    extent = reader.extent(_selection(spec))
    if keys.rows != extent.total:
        difference = f"{extent.total - keys.rows:+,} rows"
        yield Found(HIDDEN, "", abs(keys.rows - extent.total), (), f"{keys.rows:,}", f"{extent.total:,}", difference)
    if keys.rows != keys.distinct:
        yield Found(LEGACY_KEY, "", keys.rows - keys.distinct, (), f"{keys.rows:,} keys", f"{keys.distinct:,} keys")
    accounted = sql_accounting.count_accounted(spec.name)
    if spec.each is None and not explained and accounted + extent.total - extent.in_scope != keys.rows:
        expected = keys.rows - extent.total + extent.in_scope
        counts = f"{expected:,} rows", f"{accounted:,} rows", f"{accounted - expected:+,} rows"
        yield Found(UNBALANCED, "", abs(accounted - expected), (), *counts)


def _legacy_rows(spec: Spec, seen: Counter[str]) -> Iterator[Found]:
    """The equation: rows in scope = mapped + failed, row by row. `seen` counts the records that were met."""
    notes, reached = Notes(), _reached(spec)
    rows = wanted = accounted = 0
    for legacy_rows, ids in _ids(spec):
        mapped = sql_accounting.recorded("mapping", spec.name, ids)
        failed = sql_accounting.recorded("failure", spec.name, ids)
        dismissed = sql_accounting.recorded("dismissed", spec.name, ids)
        known = mapped | failed | dismissed
        rows, wanted, accounted = rows + legacy_rows, wanted + len(ids), accounted + len(known)
        seen.update(mapping=len(mapped), failure=len(failed), dismissed=len(dismissed))
        missing = [i for i in ids if i not in known]
        lost = {i for i in missing if reached is not None and legacy_key(spec, i) <= reached}
        notes.note(LOST, [i for i in missing if i in lost])
        notes.note(TO_COME, [i for i in missing if i not in lost])
        notes.note(TWICE, [i for i in ids if i in mapped and i in failed])
    for one in notes.found():
        if one.kind in (LOST, TO_COME):
            counts = f"{wanted:,} rows", f"{accounted:,} rows", f"{one.rows:,} rows"
            kind = NOTHING if one.kind is TO_COME and not accounted else one.kind
            one = Found(kind, one.field, one.rows, one.sample, *counts)
        yield one
    if not wanted and (left := sql_accounting.count_recorded("mapping", spec.name)):
        yield Found(EMPTIED, "", left, (), "0 rows", f"{left:,} rows", f"{left:+,} rows")
    counted = reader.extent(_selection(spec)).in_scope
    if rows != counted:
        yield Found(UNREAD, rows=abs(counted - rows), expected=f"{counted:,} rows", actual=f"{rows:,} rows")


def _strays(spec: Spec, record: str, kind: Kind) -> Iterator[Found]:
    """Records of legacy ids that are not in scope."""
    notes, after = Notes(), ""
    while ids := sql_accounting.next_recorded(record, spec.name, after, PAGE):
        keys = {key for one in ids if (key := legacy_key(spec, one)) is not None}
        known = {one for _, there in _ids(spec, list(keys)) for one in there}
        notes.note(kind, [one for one in ids if one not in known])
        after = ids[-1]
    yield from notes.found()


def _ids(spec: Spec, keys: list[Any] | None = None) -> Iterator[tuple[int, list[str]]]:
    """Pages of (number of legacy rows, legacy ids to be accounted for), of all rows or of those with these keys.

    Where a row becomes several, its parts have ids of their own, which only the whole row can tell.
    """
    corrections = live(spec) if spec.each else None
    corrections = correct.live(spec) if spec.each else None
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
    """The greatest key up to which a run has read all rows; None if none has.

    A run over chosen ids tells nothing, nor does one of which an undo has taken rows back.
    """
    chosen = Run.objects.filter(options__ids__isnull=False).exclude(options__ids=None).values_list("pk", flat=True)
    undone = EntityRun.objects.filter(entity=spec.name, taken_back__gt=0).values_list("pk", flat=True)
    pages = Page.objects.filter(entity=spec.name, undone_at=None).exclude(last_key="").exclude(run__in=list(chosen))
    pages = pages.exclude(entity_run__in=list(undone))
    last = [legacy_key(spec, key) for key in pages.values_list("last_key", flat=True)]
    return max((key for key in last if key is not None), default=None)
