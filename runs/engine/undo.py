"""Taking rows back, page by page, those that came last first; one page one transaction.

Nothing is deleted that somebody has edited since, or that a row refers to which stays: both are looked at once more
under the lock of the page's rows. Kill it at any moment: the next call goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import transaction

from catalog.declare import Spec
from catalog.registry import specs
from runs import sql, sql_failures, sql_references, sql_repairs, sql_undo
from runs.engine.undo_set import waiting
from runs.ledger.models import Page
from runs.sql_edges import Edge
from runs.sql_undo import Row
from runs.sql_undo_set import Choice

#: Rows in a page.
SIZE = 2000

#: Seconds that a page waits for rows or tables that somebody else holds. Whoever comes after us has to wait as long.
PATIENCE = 10


@dataclass(frozen=True)
class Job:
    """The entity's rows of the set. `edges`: the foreign keys by which rows refer to the entity's.

    `choice`: what was chosen of it; None for rows that only depend on others. `take`: rows that somebody has edited go
    too, and their content is stored.
    """

    spec: Spec
    run: int
    entity_run: UUID
    edges: Sequence[Edge]
    choice: Choice | None
    take: bool

    @cached_property
    def table(self) -> str:
        return self.spec.target._meta.db_table

    @cached_property
    def silent(self) -> bool:
        return sql_undo.silent(self.table)

    @cached_property
    def shared(self) -> bool:
        """Whether another entity may have adopted rows of this one."""
        return sum(spec.target is self.spec.target for spec in specs()) > 1


def in_scope(job: Job) -> int:
    """The rows that the undo has dealt with and those that are left."""
    return done(job.entity_run) + (0 if ended(job.entity_run) else sql_undo.rows_left(job.spec.name))


def done(entity_run: UUID) -> int:
    """Rows that the pages account for; the last page those that stay."""
    return sum(Page.objects.filter(entity_run=entity_run).values_list("read", flat=True))


def ended(entity_run: UUID) -> bool:
    return Page.objects.filter(entity_run=entity_run, final=True).exists()


def take_back(job: Job, committed: Callable[[Page], None]) -> None:
    """Takes back what is left; calls `committed` after each page. The set has to be there (`undo_set.built`)."""
    last = Page.objects.filter(entity_run=job.entity_run).order_by("-number").first()
    before: Row | None = None
    while last is None or not last.final:
        with transaction.atomic(using=sql.ALIAS):
            sql.constraints_immediate()
            sql_repairs.wait_for_locks(PATIENCE)
            rows = sql_undo.next_rows(job.spec.name, before, SIZE + 1)
            last = _page(job, last.number + 1 if last else 1, rows[:SIZE], final=len(rows) <= SIZE)
            before = rows[min(len(rows), SIZE) - 1] if rows else None
        committed(last)


def _page(job: Job, number: int, rows: Sequence[Row], final: bool) -> Page:
    """One page: target rows, all that the ledger knows of them, and the checkpoint, all or nothing."""
    deleted = _delete(job, [row for row in rows if row.fate == "delete"])
    staying = {row.target_id for row in rows if row.fate == "delete"} - deleted.keys()
    gone = [row for row in rows if row.target_id not in staying]
    if gone:
        there = [target_id for target_id, was_there in deleted.items() if was_there]
        sql_undo.forget(job.spec.name, gone, there, job.shared)
    kept = 0
    if final:
        _close(job)
        edited, needed, _ = sql_undo.kept(job.spec.name, 0)
        kept = edited + needed
    number_deleted = sum(deleted.values())
    return Page.objects.create(
        entity_run=job.entity_run,
        run=job.run,
        entity=job.spec.name,
        number=number,
        final=final,
        read=len(gone) + kept,
        deleted=number_deleted,
        released=len(gone) - number_deleted,
        kept=kept,
    )


def _delete(job: Job, rows: Sequence[Row]) -> dict[str, bool]:
    """Deletes the rows that may go: their UUIDs, each with whether the row was there. Others stay in the set."""
    if not rows:
        return {}
    there = sql_undo.lock(job.table, rows)
    edited = {target_id for target_id, untouched in there.items() if not untouched}
    if edited and not job.take:
        sql_undo.keep(job.spec.name, edited, edited=True)
    going = there.keys() if job.take else there.keys() - edited
    going, needed = _free(job, going)
    if needed:
        sql_undo.keep(job.spec.name, needed, edited=False)
    if content := [row for row in rows if row.target_id in edited & going]:
        sql_undo.keep_contents(job.run, job.spec.name, job.table, content)
    # That nobody refers to the rows was just looked up, and their locks keep it so.
    with sql_references.unchecked() if job.silent else nullcontext():
        sql_undo.delete(job.table, going)
    missing = {row.target_id for row in rows} - there.keys()
    return dict.fromkeys(going, True) | dict.fromkeys(missing, False)


def _free(job: Job, ids: Collection[str]) -> tuple[set[str], set[str]]:
    """(the rows that nobody refers to but each other, those that are needed). References that waited wait again."""
    for edge in job.edges:
        for reference in waiting(edge) if edge.waits else ():
            sql_undo.empty_again(edge, reference, ids, job.run, job.take)
    free, needed = set(ids), set[str]()
    while free:
        held = sql_undo.referred(job.edges, free)
        if job.shared:
            held |= sql_undo.claimed(job.table, free)
        if not held:
            break
        free, needed = free - held, needed | held
    return free, needed


def _close(job: Job) -> None:
    """What belongs to what was chosen as a whole, and not to a row of it."""
    if job.choice is not None:
        sql_failures.undo(job.choice)
        if job.choice.entity_runs is not None and job.choice.ids is None:
            sql_undo.close_pages(job.choice.entity_runs)
