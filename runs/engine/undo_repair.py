"""Taking back what repairs changed: their before-images, page by page in reverse, one page one transaction.

The values to restore are those that a foreign key forbids: they were in the table before the constraint was added,
and a constraint that is NOT VALID spares the old rows only, not a new write of what they held. So each transaction
drops the constraint, restores, and adds it again under its name, with the definition that it had before the repair,
NOT VALID. No other session ever sees the table without it, and both of its tables are locked for one page's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog.repair import RepairSpec
from runs import sql, sql_failures, sql_repairs
from runs.engine.undo import PATIENCE, done, ended
from runs.ledger.models import Page
from runs.sql_undo_set import Choice


@dataclass(frozen=True)
class Job:
    """What to restore. `constraints`: entity run, the latest first → its table's constraints that were NOT VALID before
    it, with definitions. `ids`: only rows that came from these legacy rows. `take`: rows edited since as well.
    """

    spec: RepairSpec
    run: int
    entity_run: UUID
    constraints: Mapping[str, Mapping[str, str]]
    ids: Sequence[str] | None
    take: bool

    @property
    def columns(self) -> list[str]:
        return [str(field.column) for field in self.spec.foreign_keys.values()]

    def left(self) -> list[str]:
        """Legacy ids of the rows that did not get back what they held."""
        return sql_repairs.not_restored(list(self.constraints), self.ids)


def in_scope(job: Job) -> int:
    """The rows that were restored and those that are left."""
    return done(job.entity_run) + (0 if ended(job.entity_run) else len(job.left()))


def take_back(job: Job, committed: Callable[[Page], None]) -> None:
    """Restores what is left; calls `committed` after each page.

    Rows that were edited since stay as they are, unless told otherwise. Kill it at any moment: the next call goes on at
    the page that was not committed.
    """
    if ended(job.entity_run):
        return
    number = Page.objects.filter(entity_run=job.entity_run).count() + 1
    for entity_run, constraints in job.constraints.items():
        for page in Page.objects.filter(entity_run=entity_run, undone_at=None).exclude(updated=0).order_by("-number"):
            with transaction.atomic(using=sql.ALIAS):
                restored = _restore(job, page, constraints)
                record = _record(job, number, restored=restored, read=restored)
            number += 1
            committed(record)
    with transaction.atomic(using=sql.ALIAS):
        if job.ids is None:
            _as_before(job)
        sql_failures.undo(Choice(job.spec.name, job.spec.table, list(job.constraints), job.ids))
        kept = len(job.left())
        record = _record(job, number, kept=kept, read=kept, final=True)
    committed(record)


def _restore(job: Job, page: Page, constraints: Mapping[str, str]) -> int:
    with _suspended(job.spec.table, constraints):
        restored = sql_repairs.restore_page(page.pk, job.spec.table, job.columns, job.ids, job.take)
    if job.ids is None:
        page.undone_at = timezone.now()
        page.save(update_fields=["undone_at"])
    return restored


def _as_before(job: Job) -> None:
    """A repair that found nothing to change may have validated the constraint all the same."""
    for entity_run, constraints in job.constraints.items():
        if sql_repairs.not_valid(job.spec.table, job.columns) != constraints:
            with _suspended(job.spec.table, constraints):
                pass
        Page.objects.filter(entity_run=entity_run, undone_at=None).update(undone_at=timezone.now())


def _record(job: Job, number: int, **counts: int) -> Page:
    return Page.objects.create(entity_run=job.entity_run, run=job.run, entity=job.spec.name, number=number, **counts)


@contextmanager
def _suspended(table: str, constraints: Mapping[str, str]) -> Iterator[None]:
    """Within this transaction the table does without these constraints; afterwards it has them as they were defined."""
    # A table with checks that are still to come cannot be altered.
    sql.constraints_immediate()
    sql_repairs.wait_for_locks(PATIENCE)
    for name in constraints:
        sql_repairs.drop_constraint(table, name)
    yield
    for name, definition in constraints.items():
        sql_repairs.add_constraint(table, name, definition)
