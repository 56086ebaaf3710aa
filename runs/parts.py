"""The parts of a run: an entity that is migrated, a repair, a validation, or what another run did, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.declare import Spec
from catalog.repair import RepairSpec
from catalog.validation import ValidationSpec
from catalog.work import Work
from legacy import reader
from runs import findings, sql, sql_repairs, validating
from runs.engine import account, repair
from runs.engine.loop import Job, migrate
from runs.errors import Busy, MigratorError
from runs.ledger.models import Page
from runs.models import EntityRun, Run
from runs.validation import checks

if TYPE_CHECKING:
    from runs.execution import Watch


class Part(NamedTuple):
    """A part of a run and what it takes to carry it out. `committed` is to be called after each page."""

    run: Run
    entity_run: EntityRun
    work: Work
    snapshot: reader.Snapshot | None
    watch: Watch
    committed: Callable[[Page], None]

    @property
    def ids(self) -> list[str] | None:
        """The legacy ids that the run is restricted to, as text."""
        chosen = self.run.options.get("ids")
        return None if chosen is None else chosen[self.entity_run.entity]


class UndoRefused(MigratorError):
    """Something that stays depends on what an undo was to delete. Nothing of the undo was done."""


@contextmanager
def means(run: Run) -> Iterator[reader.Snapshot | None]:
    """What all parts of a run share: one view of the legacy database, which an undo does without.

    For a dry run there is one transaction around everything that is written to the target, taken back at the end.
    """
    if run.kind == Run.Kind.UNDO:
        yield None
        return
    with reader.Snapshot() as snapshot:
        if not run.dry_run:
            yield snapshot
            return
        with transaction.atomic(using=sql.ALIAS):
            yield snapshot
            transaction.set_rollback(True, using=sql.ALIAS)


def carry_out(part: Part) -> dict[str, Any]:
    """Carries the part out; returns how its record changes."""
    if isinstance(part.work, ValidationSpec):
        return _validate(part, part.work)
    if isinstance(part.work, RepairSpec):
        return _repair(part, part.work)
    return _migrate(part, part.work)


def _migrate(part: Part, entity: Spec) -> dict[str, Any]:
    run, entity_run = part.run, part.entity_run
    key = entity.source._meta.pk
    job = Job(
        spec=entity,
        run=run.pk,
        entity_run=entity_run.pk,
        namespace=settings.UUID_NAMESPACE,
        batch_size=run.options["batch_size"],
        limit=run.options["limit"],
        ids=None if part.ids is None else tuple(key.to_python(one) for one in part.ids),
        ahead=not run.dry_run,
    )
    extent = reader.extent(job.selection)
    started(part, extent)
    assert part.snapshot is not None
    with locked(entity.name):
        migrate(job, part.snapshot, part.committed)
    books = account.close(entity_run.pk, extent, limited=job.limit is not None)
    return _outcome(books) | {"summary": _summary(run, entity.name, entity_run)}


def _repair(part: Part, spec: RepairSpec) -> dict[str, Any]:
    run, entity_run = part.run, part.entity_run
    options = run.options
    ids = None if part.ids is None else tuple(part.ids)
    job = repair.Job(spec, run.pk, entity_run.pk, settings.UUID_NAMESPACE, options["batch_size"], options["limit"], ids)
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


def _validate(part: Part, spec: ValidationSpec) -> dict[str, Any]:
    """Compares the entities with their legacy rows.

    All legacy rows in scope are read, and none of them changes anything: that is its equation. What is wrong with them
    are findings, which decide the state. A dry run keeps none, as what they speak of does not stay.
    """
    selections = [reader.Selection(e.source, (e.source._meta.pk.name,), e.where) for e in spec.entities]
    extents = [reader.extent(selection) for selection in selections]
    total, rows = sum(e.total for e in extents), sum(e.in_scope for e in extents)
    started(part, reader.Extent(total, rows, None))
    assert part.snapshot is not None
    found = []
    for entity in spec.entities:
        with locked(entity.name):
            here = validating.validate(entity, part.snapshot)
        EntityRun.objects.filter(pk=part.entity_run.pk).update(heartbeat_at=timezone.now())
        if not part.run.dry_run:
            findings.keep(entity.name, checks(), here, part.entity_run)
        found += here
    return {"read": rows, "unchanged": rows, **findings.outcome(found)}


@contextmanager
def locked(entity: str) -> Iterator[None]:
    """Keeps everybody else who has the same target from writing the entity's rows. Raises `Busy`."""
    name = f"entity:{entity}"
    if not sql.try_lock(name):
        raise Busy(entity, "another installation with the same target")
    try:
        yield
    finally:
        sql.unlock(name)


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
        "failures": [dict(zip(failures, group, strict=True)) for group in sql.failure_groups(entity_run.pk)],
        "resolutions": [dict(zip(resolutions, group, strict=True)) for group in sql.resolution_groups(entity, run.pk)],
    }
