"""Carrying out a run: its entities in order, each to its end, with its state kept true."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from catalog.declare import Spec
from catalog.repair import RepairSpec
from catalog.validation import ValidationSpec
from catalog.work import named, needs
from legacy import reader
from runs import findings, sql, sql_repairs, validating
from runs.engine import account, repair
from runs.engine.loop import Job, migrate
from runs.errors import Busy, MigratorError
from runs.ledger.models import Page
from runs.models import EntityRun, Run
from runs.states import FINISHED, SETTLED, State
from runs.validation import checks


class Watch:
    """Is told how a run goes, and may ask it to stop; the base class does not care.

    `stop` is looked at after every page, where nothing is half done.
    """

    stop = False

    def entity_started(self, entity_run: EntityRun, rows: int) -> None:
        """`rows`: legacy rows in scope."""

    def page_committed(self, entity_run: EntityRun, page: Page) -> None: ...

    def entity_ended(self, entity_run: EntityRun) -> None: ...


class DatabaseLost(MigratorError):
    """A database stopped answering in the middle of a run."""

    def __init__(self, run: int, cause: str) -> None:
        super().__init__(
            f"A database stopped answering ({cause}). What was committed stays; when it is back, go on with "
            f"`manage.py migrate_entity --resume {run}`."
        )


class StopRequested(Exception):
    """The watch asked for it; what was committed stays."""


def execute(run: Run, namespace: UUID, watch: Watch) -> Run:
    """Migrates every entity of the run that is not finished yet. The caller holds the run's lock.

    Asked to stop by the watch, it leaves the run interrupted. Raises `DatabaseLost`.
    """
    _take_up(run)
    try:
        with reader.Snapshot() as snapshot, _rolled_back(run.dry_run):
            for entity_run in run.entity_runs.order_by("position"):
                if entity_run.state not in SETTLED:
                    _entity(run, entity_run, snapshot, namespace, watch)
                    _heed(watch)
    except StopRequested:
        interrupt(run, "It was stopped on request.")
        return run
    except (OperationalError, InterfaceError) as error:
        interrupt(run, f"A database stopped answering ({describe(error)}).")
        raise DatabaseLost(run.pk, describe(error)) from None
    except BaseException:
        interrupt(run, "It was stopped.")
        raise
    return _finish(run)


def _heed(watch: Watch) -> None:
    if watch.stop:
        raise StopRequested


def interrupt(run: Run, problem: str) -> None:
    """Marks what a run leaves unfinished. It can be resumed."""
    for entity_run in run.entity_runs.filter(state__in=[State.PLANNED, State.RUNNING]):
        entity_run.move(State.INTERRUPTED, problem=problem)
    run.refresh_from_db()
    if run.state in (State.PLANNED, State.RUNNING):
        run.move(State.INTERRUPTED, problem=problem, finished_at=timezone.now())


def describe(error: BaseException) -> str:
    """An unexpected exception without its text, which may hold legacy values: kind, SQLSTATE and place."""
    if isinstance(error, MigratorError):
        return str(error)
    state = getattr(error.__cause__, "sqlstate", None)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    code = f", SQLSTATE {state}" if state else ""
    return f"{type(error).__name__}{code}, in {Path(frame.filename).name} line {frame.lineno}"


def _take_up(run: Run) -> None:
    if run.state == State.RUNNING:
        interrupt(run, "Its process ended without a word.")
    for entity_run in run.entity_runs.exclude(state__in=[State.PLANNED, *SETTLED]):
        try:
            with transaction.atomic():
                entity_run.move(State.PLANNED, problem="")
        except IntegrityError:
            interrupt(run, f"{entity_run.entity} is being migrated by another run.")
            raise Busy(entity_run.entity, "another run") from None
    run.move(State.RUNNING, problem="", finished_at=None)


@contextmanager
def _rolled_back(dry_run: bool) -> Iterator[None]:
    """For a dry run: one transaction around everything that is written to the target, taken back at the end."""
    if not dry_run:
        yield
        return
    with transaction.atomic(using=sql.ALIAS):
        yield
        transaction.set_rollback(True, using=sql.ALIAS)


def _entity(run: Run, entity_run: EntityRun, snapshot: reader.Snapshot, namespace: UUID, watch: Watch) -> None:
    entity = named(entity_run.entity)
    unfinished = {e.entity for e in run.entity_runs.exclude(state__in=FINISHED)}
    missing = sorted(p.name for p in needs(entity) if p.name in unfinished - {entity.name})
    if missing:
        problem = f"It refers to {', '.join(missing)}, which could not be migrated: see there, then resume the run."
        entity_run.move(State.BLOCKED, problem=problem)
        watch.entity_ended(entity_run)
        return
    entity_run.move(State.RUNNING, started_at=entity_run.started_at or timezone.now())
    began = time.monotonic()
    # A failing entity of a dry run takes back its own rows only.
    with transaction.atomic(using=sql.ALIAS) if run.dry_run else nullcontext():
        try:
            if isinstance(entity, RepairSpec):
                outcome = _repair(run, entity, entity_run, namespace, watch)
            elif isinstance(entity, ValidationSpec):
                outcome = _validate(run, entity, entity_run, snapshot, watch)
            else:
                outcome = _migrate(run, entity, entity_run, snapshot, namespace, watch)
        except (OperationalError, InterfaceError, StopRequested):
            raise
        except Exception as error:
            if run.dry_run:
                transaction.set_rollback(True, using=sql.ALIAS)
            outcome = {"state": State.BROKEN, "problem": f"It stopped on an error: {describe(error)}."}
    entity_run.move(
        outcome.pop("state"), finished_at=timezone.now(), seconds=F("seconds") + time.monotonic() - began, **outcome
    )
    entity_run.refresh_from_db()
    watch.entity_ended(entity_run)


def _migrate(
    run: Run, entity: Spec, entity_run: EntityRun, snapshot: reader.Snapshot, namespace: UUID, watch: Watch
) -> dict[str, Any]:
    """Migrates the entity; returns how its record changes."""
    job = _job(run, entity, entity_run, namespace)
    extent = reader.extent(job.selection)
    _started(entity_run, extent, watch)
    with locked(entity.name):
        migrate(job, snapshot, _committed(entity_run, watch))
    books = account.close(entity_run.pk, extent, limited=job.limit is not None)
    return _outcome(books) | {"summary": _summary(run, entity.name, entity_run)}


def _repair(run: Run, spec: RepairSpec, entity_run: EntityRun, namespace: UUID, watch: Watch) -> dict[str, Any]:
    """Carries out the repair; returns how its record changes."""
    options = run.options
    ids = None if options["ids"] is None else tuple(options["ids"])
    job = repair.Job(spec, run.pk, entity_run.pk, namespace, options["batch_size"], options["limit"], ids)
    kept = entity_run.summary
    if "not_valid" not in kept:
        # Written before anything is changed: taking the run back has to know how the constraints were.
        kept = {"not_valid": sql_repairs.not_valid(spec.table, [f.column for f in spec.foreign_keys.values()])}
        EntityRun.objects.filter(pk=entity_run.pk).update(summary=kept)
    with locked(spec.entity.name):
        extent = repair.extent(job)
        _started(entity_run, extent, watch)
        repair.repair(job, _committed(entity_run, watch))
        left = repair.validate(job)
    books = account.close(entity_run.pk, extent, limited=job.limit is not None)
    summary = _summary(run, spec.name, entity_run) | {"not_valid": kept["not_valid"]}
    return _outcome(books) | {"problem": books.problem or left, "summary": summary}


def _started(entity_run: EntityRun, extent: reader.Extent, watch: Watch) -> None:
    """Says how much there is to do before it is done: a page that shows progress needs the whole."""
    EntityRun.objects.filter(pk=entity_run.pk).update(total=extent.total, in_scope=extent.in_scope)
    watch.entity_started(entity_run, extent.in_scope)


def _validate(
    run: Run, spec: ValidationSpec, entity_run: EntityRun, snapshot: reader.Snapshot, watch: Watch
) -> dict[str, Any]:
    """Compares the entities with their legacy rows; returns how its record changes.

    All legacy rows in scope are read, and none of them changes anything: that is its equation. What is wrong with them
    are findings, which decide the state. A dry run keeps none, as what they speak of does not stay.
    """
    selections = [reader.Selection(e.source, (e.source._meta.pk.name,), e.where) for e in spec.entities]
    extents = [reader.extent(selection) for selection in selections]
    total, rows = sum(e.total for e in extents), sum(e.in_scope for e in extents)
    _started(entity_run, reader.Extent(total, rows, None), watch)
    found = []
    for entity in spec.entities:
        with locked(entity.name):
            here = validating.validate(entity, snapshot)
        EntityRun.objects.filter(pk=entity_run.pk).update(heartbeat_at=timezone.now())
        if not run.dry_run:
            findings.keep(entity.name, checks(), here, entity_run)
        found += here
    return {"read": rows, "unchanged": rows, **findings.outcome(found)}


def _committed(entity_run: EntityRun, watch: Watch) -> Callable[[Page], None]:
    """What happens after each page: its counts are added up, and the watch is told."""

    def committed(page: Page) -> None:
        changes = {name: F(name) + getattr(page, name) for name in account.COUNTERS}
        EntityRun.objects.filter(pk=entity_run.pk).update(heartbeat_at=timezone.now(), **changes)
        watch.page_committed(entity_run, page)
        _heed(watch)

    return committed


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


def _job(run: Run, entity: Spec, entity_run: EntityRun, namespace: UUID) -> Job:
    ids = run.options["ids"]
    key = entity.source._meta.pk
    return Job(
        spec=entity,
        run=run.pk,
        entity_run=entity_run.pk,
        namespace=namespace,
        batch_size=run.options["batch_size"],
        limit=run.options["limit"],
        ids=None if ids is None else tuple(key.to_python(one) for one in ids),
        ahead=not run.dry_run,
    )


def _summary(run: Run, entity: str, entity_run: EntityRun) -> dict[str, Any]:
    failures = ("stage", "code", "field", "constraint", "message", "rows")
    resolutions = ("field", "rule", "rows")
    return {
        "failures": [dict(zip(failures, group, strict=True)) for group in sql.failure_groups(entity_run.pk)],
        "resolutions": [dict(zip(resolutions, group, strict=True)) for group in sql.resolution_groups(entity, run.pk)],
    }


def _finish(run: Run) -> Run:
    """The run's state is that of its worst entity."""
    states = set(run.entity_runs.values_list("state", flat=True))
    unhappy = sorted(run.entity_runs.filter(state__in=[State.BROKEN, State.BLOCKED]).values_list("entity", flat=True))
    if unhappy:
        return run.move(
            State.BROKEN, problem=f"Not migrated: {', '.join(unhappy)}; see there.", finished_at=timezone.now()
        )
    worst = State.COMPLETED_WITH_FAILURES if State.COMPLETED_WITH_FAILURES in states else State.SUCCEEDED
    return run.move(worst, finished_at=timezone.now())
