"""One repair, page after page: wrong rows of the target, resolved from their legacy rows; one page one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from catalog.registry import spec as entity_spec
from catalog.repair import RepairSpec
from legacy import reader
from runs import sql, sql_failures, sql_repairs
from runs.engine import correct, record
from runs.engine.prepare import Parents
from runs.engine.resolve import STAGE, resolve
from runs.engine.rows import Batch, Rejected
from runs.engine.transform import read
from runs.ledger.models import Page
from runs.sql_repairs import Broken, Change

NO_MAPPING = "No legacy row is known for this row of the target: mend its {fields} by hand, or delete the row."
NO_ROW = "The legacy row is gone, or the declaration selects it no more: mend the row of the target by hand."


@dataclass(frozen=True)
class Job:
    """What to repair and how. `ids`: only rows that came from these legacy rows; `limit`: at most so many rows."""

    spec: RepairSpec
    run: int
    entity_run: UUID
    namespace: UUID
    batch_size: int
    limit: int | None = None
    ids: tuple[str, ...] | None = None

    @property
    def broken(self) -> Broken:
        return broken(self.spec, self.ids)


def broken(spec: RepairSpec, ids: tuple[str, ...] | None = None) -> Broken:
    """The rows that the repair is there for."""
    keys = {
        str(field.column): (field.related_model._meta.db_table, str(field.target_field.column))
        for field in spec.foreign_keys.values()
    }
    return Broken(spec.entity.name, spec.table, keys, ids, parts=spec.entity.each is not None)


class Wrong(NamedTuple):
    """A row of the target with a key of a missing row in `fields`. `legacy_id` is None if no mapping knows the row."""

    target_id: str
    legacy_id: str | None
    fields: list[str]


def extent(job: Job) -> reader.Extent:
    """How much there is to repair: rows in the table, wrong rows with those done before, and the last one's key."""
    left, last_key = sql_repairs.count_broken(job.broken, _reached(job))
    return reader.Extent(
        total=sql_repairs.count_rows(job.spec.table),
        in_scope=_done(job) + left,
        last_key=last_key or _reached(job),
    )


def repair(job: Job, committed: Callable[[Page], None]) -> None:
    """Repairs what is left after the last committed page; calls `committed` after each page.

    Kill it at any moment: the next call goes on at the page that was not committed.
    """
    last, parents = _last_page(job), Parents()
    while last is None or not last.final:
        size = job.batch_size if job.limit is None else min(job.batch_size, job.limit - _done(job))
        if size <= 0:
            return
        with transaction.atomic(using=sql.ALIAS):
            last = _page(job, last.number + 1 if last else 1, size, parents)
        committed(last)


def validate(job: Job) -> str:
    """Has the database vouch for the repaired references; a sentence if rows are left that stand in the way."""
    table = job.spec.table
    with transaction.atomic(using=sql.ALIAS):
        sql.constraints_immediate()
        sentences = []
        for field in job.spec.foreign_keys.values():
            left, _ = sql_repairs.count_broken(
                replace(job.broken, columns={field.column: job.broken.columns[field.column]}, ids=None)
            )
            for constraint in sql_repairs.not_valid(table, [field.column]):
                if not left:
                    sql_repairs.validate(table, constraint)
                    continue
                sentences.append(
                    f"{left:,} rows of {table} still hold a {field.column} that is no row of "
                    f"{field.related_model._meta.db_table}, so the constraint {constraint} stays NOT VALID: mend what "
                    f"the failed records name, then run {job.spec.name} again."
                )
    return " ".join(sentences)


def _last_page(job: Job) -> Page | None:
    return Page.objects.filter(entity_run=job.entity_run).order_by("-number").first()


def _reached(job: Job) -> str | None:
    """The key of the last row that was dealt with. An empty page, which may be the last, has none."""
    pages = Page.objects.filter(entity_run=job.entity_run).exclude(last_key="").order_by("-number")
    return pages.values_list("last_key", flat=True).first()


def _done(job: Job) -> int:
    return sum(Page.objects.filter(entity_run=job.entity_run).values_list("read", flat=True))


def _page(job: Job, number: int, size: int, parents: Parents) -> Page:
    """One page: changed rows, before-images, failed records and the checkpoint, all or nothing."""
    sql.constraints_immediate()
    rows = _wrong(job, size + 1)
    page, final = rows[:size], len(rows) <= size
    changes, rejected = _changes(job, page, parents)
    spec, owner = job.spec, record.Owner(job.run, job.entity_run, sql.next_page_id())
    if changes:
        columns = [field.column for field in spec.foreign_keys.values()]
        sql_repairs.change_rows(spec.entity.name, spec.table, columns, changes, asdict(owner))
        sql_failures.close(spec.name, [change.legacy_id for change in changes], job.run)
    record.failures(spec.resolving, owner, rejected)
    counts = record.Counts(
        read=len(page), expanded=0, created=0, updated=len(changes), matched=0, unchanged=0, skipped=0,
        failed=len(rejected),
    )  # fmt: skip
    keys = (page[0].target_id, page[-1].target_id) if page else (None, None)
    return record.page(spec.resolving, owner, number, keys, final, counts)


def _wrong(job: Job, limit: int) -> list[Wrong]:
    found = sql_repairs.broken_rows(job.broken, _reached(job), limit)
    return [
        Wrong(target_id, legacy_id, [name for name, wrong in zip(job.spec.fields, flags, strict=True) if wrong])
        for target_id, legacy_id, *flags in found
    ]


def _changes(job: Job, page: Sequence[Wrong], parents: Parents) -> tuple[list[Change], list[Rejected]]:
    """The right values of the wrong fields. A row is rejected for the first one that nobody can tell."""
    rejected = [_unknown(job, row) for row in page if row.legacy_id is None]
    known = {row.legacy_id: row for row in page if row.legacy_id is not None}
    batch, refused = _legacy_rows(job, known)
    after: dict[str, dict[str, Any]] = defaultdict(dict)
    lost = {row.legacy_id: row for row in refused}
    for name, field in job.spec.foreign_keys.items():
        concerned = batch.at([i for i, legacy_id in enumerate(batch.ids) if name in known[legacy_id].fields])
        resolving = replace(job.spec.resolving, recipes={name: job.spec.resolving.recipes[name]})
        good, refused = resolve(resolving, concerned, lambda *wanted: _find(parents, *wanted))
        for legacy_id, value in zip(good.ids, good.values[name], strict=True):
            after[legacy_id][field.column] = value
        for row in refused:
            lost.setdefault(row.legacy_id, row)
    changes = [
        Change(known[legacy_id].target_id, legacy_id, values)
        for legacy_id, values in after.items()
        if legacy_id not in lost
    ]
    return changes, rejected + list(lost.values())


def _legacy_rows(job: Job, wanted: Collection[str]) -> tuple[Batch, list[Rejected]]:
    """The legacy rows behind these legacy ids, and a rejected row for each that is not to be had."""
    spec = job.spec.resolving
    key = spec.source._meta.pk
    ids = {legacy_id.partition(":")[0] if spec.each else legacy_id for legacy_id in wanted}
    selection = reader.Selection(
        spec.source, spec.paths, spec.where, spec.annotate, [key.to_python(one) for one in ids]
    )
    rows = next(reader.pages(selection, max(len(ids), 1))).rows
    batch, ambiguous = read(spec, rows, job.namespace, correct.live(spec, job.spec.entity.name))
    batch = batch.at([i for i, legacy_id in enumerate(batch.ids) if legacy_id in wanted])
    rejected = [row for row in ambiguous if row.legacy_id in wanted]
    gone = sorted(set(wanted) - set(batch.ids) - {row.legacy_id for row in rejected})
    return batch, rejected + [Rejected(one, STAGE, "missing_row", NO_ROW, {}, job.spec.fields[0]) for one in gone]


def _find(parents: Parents, entity: str, keys: Collection[str]) -> Mapping[str, str]:
    """Legacy keys → UUIDs that are mapped, and rows of the target: a mapping outlives a row that is deleted."""
    mapped = parents.find(entity, keys)
    wanted = {key: mapped[key] for key in keys if key in mapped}
    target = entity_spec(entity).target._meta
    there = sql_repairs.existing(target.db_table, str(target.pk.column), set(wanted.values()))
    return {key: value for key, value in wanted.items() if value in there}


def _unknown(job: Job, row: Wrong) -> Rejected:
    """A failed record needs a legacy id: a row that has none is named by its own."""
    message = NO_MAPPING.format(fields=" and ".join(row.fields))
    return Rejected(f"target:{row.target_id}", STAGE, "no_mapping", message, {}, row.fields[0])
