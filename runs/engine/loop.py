"""One entity, page after page: read → transform → resolve → load → record, one page one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from catalog.declare import Spec
from legacy import reader
from runs import sql, sql_failures, sql_versions
from runs.engine import record
from runs.engine.load import load
from runs.engine.prefetch import prefetched
from runs.engine.prepare import Prepared, Preparer
from runs.engine.settle import settle
from runs.ledger.models import Page


@dataclass(frozen=True)
class Job:
    """What to migrate and how. `ids`: only these legacy rows; `limit`: at most so many rows that are new.

    With `ahead` a second thread reads and transforms while this one loads; without it everything happens in the
    caller's connections, as a dry run needs, whose rows nobody else can see.
    """

    spec: Spec
    run: int
    entity_run: UUID
    namespace: UUID
    batch_size: int
    limit: int | None = None
    ids: tuple[Any, ...] | None = None
    ahead: bool = True

    @property
    def selection(self) -> reader.Selection:
        spec = self.spec
        return reader.Selection(spec.source, spec.paths, spec.where, spec.annotate, self.ids)


def migrate(job: Job, snapshot: reader.Snapshot, committed: Callable[[Page], None]) -> None:
    """Migrates what is left of the entity after the last committed page; calls `committed` after each page.

    Kill it at any moment: the next call goes on at the page that was not committed.
    """
    last = Page.objects.filter(entity_run=job.entity_run).order_by("-number").first()
    if last is None or not last.final:
        first = last.number + 1 if last else 1
        failed_before = sql_failures.has_unsettled(job.spec.name)
        with _prepared(job, snapshot, last) as pages:
            for number, prepared in enumerate(pages, start=first):
                committed(_commit(job, number, prepared, failed_before))
    if job.ahead:  # a dry run leaves nothing to plan with
        sql.refresh_statistics(job.spec.target._meta.db_table)
    settle(job.spec, job.run, job.entity_run)


@contextmanager
def _prepared(job: Job, snapshot: reader.Snapshot, last: Page | None) -> Iterator[Iterator[Prepared]]:
    preparer = Preparer(job.spec, job.namespace, _remaining(job))
    key = job.spec.source._meta.pk.to_python(last.last_key) if last else None

    def produce() -> Iterator[Prepared]:
        return preparer.prepare(reader.pages(job.selection, job.batch_size, after=key))

    def produce_ahead() -> Iterator[Prepared]:
        try:
            with snapshot.joined():
                yield from produce()
        finally:
            connections[sql.ALIAS].close()

    if job.ahead:
        with prefetched(produce_ahead) as pages:
            yield pages
    else:
        yield produce()


def _remaining(job: Job) -> int | None:
    """The limit, less what earlier attempts at this entity run have taken already."""
    if job.limit is None:
        return None
    done = Page.objects.filter(entity_run=job.entity_run).values_list("created", "matched", "failed")
    return job.limit - sum(map(sum, done))


def _commit(job: Job, number: int, prepared: Prepared, failed_before: bool) -> Page:
    """Writes one page: target rows, mappings, failures, resolutions and the checkpoint, all or nothing."""
    spec = job.spec
    with transaction.atomic(using=sql.ALIAS):
        sql.constraints_immediate()
        owner = record.Owner(job.run, job.entity_run, sql.next_page_id())
        created, refused = load(spec, prepared.create)
        rejected = prepared.rejected + refused
        record.mappings(spec, owner, created, prepared.matched)
        record.resolutions(spec, owner, created)
        record.pending(spec, owner, created)
        if failed_before:
            sql_failures.close(spec.name, created.ids + prepared.matched.ids + prepared.split, job.run)
        record.failures(spec, owner, rejected)
        counts = record.Counts(
            read=prepared.page.read,
            expanded=prepared.expanded,
            created=len(created),
            matched=len(prepared.matched),
            unchanged=prepared.unchanged,
            skipped=prepared.skipped,
            failed=len(rejected),
            totals=record.totals(spec, created),
        )
        # Rows that went in together have one version. With another one a row counts as edited, which errs on its side.
        written = created.target_ids if refused else created.target_ids[:1]
        stamp = sql_versions.stamp(spec.target._meta.db_table, written)
        page = prepared.page
        return record.page(spec, owner, number, (page.first_key, page.last_key), page.final, counts, stamp)
