"""The parts of a run: an entity that is migrated, a repair, a validation, or what another run did, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import transaction

from catalog.declare import Spec
from catalog.repair import RepairSpec
from catalog.validation import ValidationSpec
from catalog.work import Work, named, reads
from legacy import reader
from runs import gates, proving, sql, sql_failures, sql_repairs, undoing
from runs.engine import account, repair, undo_set
from runs.engine.loop import Job, migrate
from runs.ledger.models import Page
from runs.locks import locked
from runs.models import EntityRun, Run
from runs.states import State

if TYPE_CHECKING:
    from runs.execution import Watch


#: What all parts of a run share: one view of the legacy database, or the rows that an undo is about.
Means = reader.Snapshot | undo_set.Set


class Part(NamedTuple):
    """A part of a run and what it takes to carry it out. `committed` is to be called after each page."""

    run: Run
    entity_run: EntityRun
    work: Work
    means: Means
    watch: Watch
    committed: Callable[[Page], None]


def chosen_ids(run: Run, entity: str) -> list[str] | None:
    """The legacy ids that the run is restricted to, as text."""
    chosen = run.options.get("ids")
    return None if chosen is None else chosen[entity]


@contextmanager
def means(run: Run) -> Iterator[Means]:
    """What all parts of the run share, for as long as it is carried out.

    For a dry run there is one transaction around everything that is written to the target, taken back at the end.
    """
    if run.kind == Run.Kind.UNDO:
        with undoing.under_way(run) as whole:
            yield whole
        return
    with reader.Snapshot() as snapshot:
        if not run.dry_run:
            yield snapshot
            return
        with transaction.atomic(using=sql.ALIAS):
            yield snapshot
            transaction.set_rollback(True, using=sql.ALIAS)


def count(run: Run, means: Means) -> None:
    """Says of every part that waits how much there is to do in it: who looks on wants to know when it all will end."""
    for entity_run in run.entity_runs.filter(state=State.PLANNED, in_scope=None):
        work = named(entity_run.entity)
        if isinstance(means, undo_set.Set):
            extent = undoing.extent(work)
        elif run.kind == Run.Kind.VALIDATION or isinstance(work, ValidationSpec):
            extent = proving.extent(reads(work))
        elif isinstance(work, Spec):
            extent = reader.extent(_job(run, work, entity_run).selection)
        else:
            continue  # what a repair finds wrong depends on what was migrated before it
        if extent:
            EntityRun.objects.filter(pk=entity_run.pk).update(total=extent.total, in_scope=extent.in_scope)


def carry_out(part: Part) -> dict[str, Any]:
    """Carries the part out; returns how its record changes."""
    if isinstance(part.means, undo_set.Set):
        return undoing.carry_out(
            part.run,
            part.entity_run,
            part.means,
            lambda rows: started(part, reader.Extent(rows, rows, None)),
            part.committed,
        )
    if part.run.kind == Run.Kind.VALIDATION or isinstance(part.work, ValidationSpec):
        return _validate(part, reads(part.work))
    if isinstance(part.work, RepairSpec):
        return _repair(part, part.work)
    return _migrate(part, part.work)


def _migrate(part: Part, entity: Spec) -> dict[str, Any]:
    run, entity_run = part.run, part.entity_run
    job = _job(run, entity, entity_run)
    extent = reader.extent(job.selection)
    started(part, extent)
    assert isinstance(part.means, reader.Snapshot)
    with locked(entity.name):
        migrate(job, part.means, part.committed)
        found = gates.examine(entity, part.means, entity_run)
    books = account.close(entity_run.pk, extent, limited=job.limit is not None)
    return _outcome(books) | {"summary": _summary(run, entity.name, entity_run) | {"findings": found}}


def _job(run: Run, entity: Spec, entity_run: EntityRun) -> Job:
    key, ids = entity.source._meta.pk, chosen_ids(run, entity.name)
    return Job(
        spec=entity,
        run=run.pk,
        entity_run=entity_run.pk,
        namespace=settings.UUID_NAMESPACE,
        batch_size=run.options["batch_size"],
        limit=run.options["limit"],
        ids=None if ids is None else tuple(key.to_python(one) for one in ids),
        ahead=not run.dry_run,
    )


def _repair(part: Part, spec: RepairSpec) -> dict[str, Any]:
    run, entity_run = part.run, part.entity_run
    options = run.options
    ids = chosen_ids(run, spec.name)
    job = repair.Job(
        *(spec, run.pk, entity_run.pk, settings.UUID_NAMESPACE, options["batch_size"], options["limit"]),
        None if ids is None else tuple(ids),
    )
    kept = entity_run.summary
    if "not_valid" not in kept:
        # Written before anything is changed: taking the run back has to know how the constraints were.
        kept = {"not_valid": sql_repairs.not_valid(spec.table, [f.column for f in spec.foreign_keys.values()])}
        EntityRun.objects.filter(pk=entity_run.pk).update(summary=kept)
    with locked(spec.entity.name):
        extent = repair.extent(job)
        started(part, extent)
        repair.repair(job, part.committed)
        left = repair.validate(job)
    books = account.close(entity_run.pk, extent, limited=job.limit is not None)
    summary = _summary(run, spec.name, entity_run) | {"not_valid": kept["not_valid"]}
    return _outcome(books) | {"problem": books.problem or left, "summary": summary}


def started(part: Part, extent: reader.Extent) -> None:
    """Says how much there is to do before it is done: a page that shows progress needs the whole."""
    EntityRun.objects.filter(pk=part.entity_run.pk).update(total=extent.total, in_scope=extent.in_scope)
    part.watch.entity_started(part.entity_run, extent.in_scope)


def _validate(part: Part, entities: Sequence[Spec]) -> dict[str, Any]:
    whole = proving.extent(entities)
    started(part, whole)
    return proving.carry_out(part, entities, whole)


def _outcome(books: account.Account) -> dict[str, Any]:
    return {
        "state": books.state,
        "problem": books.problem,
        "total": books.total,
        "in_scope": books.in_scope,
        "not_reached": books.not_reached,
        **books.counts,
    }


def _summary(run: Run, entity: str, entity_run: EntityRun) -> dict[str, Any]:
    failures = ("stage", "code", "field", "constraint", "message", "rows")
    resolutions = ("field", "rule", "rows")
    return {
        "failures": [dict(zip(failures, group, strict=True)) for group in sql_failures.groups(entity_run.pk)],
        "resolutions": [dict(zip(resolutions, group, strict=True)) for group in sql.resolution_groups(entity, run.pk)],
    }
