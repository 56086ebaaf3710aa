"""Carrying out a run: its parts in order, each to its end, with its state kept true."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from catalog.work import named, needs
from runs import gates, parts, sql
from runs.engine import account
from runs.errors import Busy, MigratorError, StaleState, StopRequested, UndoRefused
from runs.ledger.models import Page
from runs.models import EntityRun, Run
from runs.parts import Part
from runs.states import ALIVE, FINISHED, SETTLED, STOPPING, State

#: The problem of a run whose process was killed.
DIED = "Its process ended without a word."


class Watch:
    """Is told how a run goes, and may ask it to stop; the base class does not care.

    `stop` is looked at after every page, where nothing is half done: PAUSED, or QUEUED to hand the run on.
    """

    stop: State | None = None

    def entity_started(self, entity_run: EntityRun, rows: int) -> None:
        """`rows`: rows in scope."""

    def page_committed(self, entity_run: EntityRun, page: Page) -> None: ...

    def entity_ended(self, entity_run: EntityRun) -> None: ...

    def handed_on(self, run: Run) -> None:
        """The run waits for the next worker. Called in the transaction that says so."""


class DatabaseLost(MigratorError):
    """A database stopped answering in the middle of a run."""

    def __init__(self, run: int, cause: str) -> None:
        super().__init__(
            f"A database stopped answering ({cause}). What was committed stays; when it is back, go on with "
            f"`manage.py resume_run {run}`."
        )


def execute(run: Run, watch: Watch) -> Run:
    """Carries out every part of the run that is not finished yet. The caller holds the run's lock.

    Asked to stop, it leaves the run paused, cancelled or queued. Raises `DatabaseLost`.
    """
    _take_up(run)
    try:
        with parts.means(run) as means:
            parts.count(run, means)
            phase = gates.phases(run)
            for entity_run in run.entity_runs.filter(state=State.PLANNED).order_by("position"):
                gates.heed(run, entity_run, phase)
                _part(run, entity_run, means, watch)
                _heed(run, watch)
            _end(run)
    except StopRequested as stop:
        _stop(run, stop.state, watch)
    except gates.GateClosed as closed:
        _leave(run, State.PAUSED, str(closed))
    except UndoRefused as refusal:
        _refuse(run, str(refusal))
    except (OperationalError, InterfaceError) as error:
        interrupt(run, f"A database stopped answering ({describe(error)}).")
        raise DatabaseLost(run.pk, describe(error)) from None
    except BaseException:
        interrupt(run, "It was stopped.")
        raise
    return run


def _heed(run: Run, watch: Watch) -> None:
    """Raises `StopRequested` if somebody wants the run to stop, here or through another door."""
    asked = Run.objects.values_list("state", flat=True).get(pk=run.pk)
    if asked in STOPPING:
        raise StopRequested(State.PAUSED if asked == State.PAUSING else State.CANCELLED)
    # A dry run is one transaction: it cannot be handed on.
    if watch.stop and not (run.dry_run and watch.stop == State.QUEUED):
        raise StopRequested(watch.stop)


def interrupt(run: Run, problem: str) -> None:
    """Marks what a run leaves unfinished when its process ends. What had been asked for meanwhile comes true."""
    run.refresh_from_db()
    asked = {State.PAUSING: State.PAUSED, State.CANCELLING: State.CANCELLED}
    _leave(run, asked.get(State(run.state), State.INTERRUPTED), problem)


def _stop(run: Run, state: State, watch: Watch) -> None:
    if state == State.QUEUED:
        with transaction.atomic():
            for entity_run in run.entity_runs.filter(state=State.RUNNING):
                entity_run.move(State.PLANNED)
            run.refresh_from_db()
            if run.state == State.RUNNING:
                run.move(State.QUEUED)
                watch.handed_on(run)
                return
    run.refresh_from_db()
    if run.state == State.CANCELLING or (run.state == State.PAUSING and state == State.QUEUED):
        state = State.CANCELLED if run.state == State.CANCELLING else State.PAUSED
    _leave(run, state, "It was paused." if state == State.PAUSED else "It was cancelled; what has arrived stays.")


def _leave(run: Run, state: State, problem: str) -> None:
    for entity_run in run.entity_runs.filter(state__in=[State.PLANNED, State.RUNNING]):
        entity_run.move(state, problem=problem)
    run.refresh_from_db()
    if run.state in (State.REQUESTED, *ALIVE):
        _move(run, state, problem=problem, finished_at=timezone.now())


def _refuse(run: Run, problem: str) -> None:
    """An undo that something stands in the way of: nothing of it was done."""
    for entity_run in run.entity_runs.filter(state__in=[State.PLANNED, State.RUNNING]):
        entity_run.move(State.CANCELLED)
    _move(run, State.UNDO_REFUSED, problem=problem, finished_at=timezone.now())


def _move(run: Run, new: State, **changes: Any) -> None:
    """Moves the run although somebody may ask it to stop at this moment: the arrows from there say what follows."""
    try:
        run.move(new, **changes)
    except StaleState:
        run.refresh_from_db()
        run.move(State.CANCELLED if (run.state, new) == (State.CANCELLING, State.PAUSED) else new, **changes)


def describe(error: BaseException) -> str:
    """An unexpected exception without its text, which may hold legacy values: kind, SQLSTATE and place."""
    if isinstance(error, MigratorError):
        return str(error)
    state = getattr(error.__cause__, "sqlstate", None)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    code = f", SQLSTATE {state}" if state else ""
    return f"{type(error).__name__}{code}, in {Path(frame.filename).name} line {frame.lineno}"


def _take_up(run: Run) -> None:
    if run.state in ALIVE:
        interrupt(run, DIED)
        if run.state == State.CANCELLED:
            raise MigratorError(f"Run {run.pk} was cancelled, and its process ended before it could say so.")
    if run.state != State.QUEUED:  # one that is queued has been planned: what broke under another worker stays broken
        plan(run)
    run.move(State.RUNNING, problem="", finished_at=None)


def plan(run: Run, *, broken: bool = True) -> None:
    """What is left of the run waits for its turn; `broken`: also what broke, and what that blocked.

    Raises `Busy` if another run has taken one of its entities.
    """
    kept = () if broken else (State.BROKEN, State.BLOCKED)
    for entity_run in run.entity_runs.exclude(state__in=[State.PLANNED, *SETTLED, *kept]):
        try:
            with transaction.atomic():
                entity_run.move(State.PLANNED, problem="")
        except IntegrityError:
            interrupt(run, f"{entity_run.entity} is in the hands of another run.")
            raise Busy(entity_run.entity, "another run") from None


def _part(run: Run, entity_run: EntityRun, means: parts.Means, watch: Watch) -> None:
    if problem := _obstacle(run, entity_run):
        entity_run.move(State.BLOCKED, problem=problem)
        watch.entity_ended(entity_run)
        return
    entity_run.move(State.RUNNING, started_at=entity_run.started_at or timezone.now())
    began = time.monotonic()
    outcome: dict[str, Any] = {}
    # A failing entity of a dry run takes back its own rows only.
    with transaction.atomic(using=sql.ALIAS) if run.dry_run else nullcontext():
        try:
            part = Part(run, entity_run, named(entity_run.entity), means, watch, _committed(run, entity_run, watch))
            outcome = parts.carry_out(part)
        except (OperationalError, InterfaceError, StopRequested, UndoRefused):
            seconds = F("seconds") + time.monotonic() - began
            EntityRun.objects.filter(pk=entity_run.pk).update(seconds=seconds)
            raise
        except Exception as error:
            if run.dry_run:
                transaction.set_rollback(True, using=sql.ALIAS)
            outcome = {"state": State.BROKEN, "problem": f"It stopped on an error: {describe(error)}."}
    seconds = F("seconds") + time.monotonic() - began
    entity_run.move(outcome.pop("state"), finished_at=timezone.now(), seconds=seconds, **outcome)
    entity_run.refresh_from_db()
    watch.entity_ended(entity_run)


def _obstacle(run: Run, entity_run: EntityRun) -> str:
    """Why the part cannot have its turn, in a sentence: parents that did not arrive, or children that did not go."""
    if run.kind == Run.Kind.UNDO:
        stuck = run.entity_runs.filter(state__in=[State.BROKEN, State.BLOCKED]).values_list("entity", flat=True)
        names = sorted(one for one in stuck if entity_run.entity in {parent.name for parent in needs(named(one))})
        return f"{', '.join(names)} could not be taken back: see there, then resume the run." if names else ""
    if run.kind == Run.Kind.VALIDATION:
        return ""
    unfinished = {e.entity for e in run.entity_runs.exclude(state__in=FINISHED)} - {entity_run.entity}
    names = sorted(parent.name for parent in needs(named(entity_run.entity)) if parent.name in unfinished)
    if not names:
        return ""
    return f"It refers to {', '.join(names)}, which could not be migrated: see there, then resume the run."


def _committed(run: Run, entity_run: EntityRun, watch: Watch) -> Callable[[Page], None]:
    """What happens after each page: its counts are added up, the watch is told, and wishes to stop are heard."""

    def committed(page: Page) -> None:
        changes = {name: F(name) + getattr(page, name) for name in account.COUNTERS}
        EntityRun.objects.filter(pk=entity_run.pk).update(heartbeat_at=timezone.now(), **changes)
        watch.page_committed(entity_run, page)
        _heed(run, watch)

    return committed


def _end(run: Run) -> None:
    """The run's state is that of its worst part."""
    states = set(run.entity_runs.values_list("state", flat=True))
    unhappy = sorted(run.entity_runs.filter(state__in=[State.BROKEN, State.BLOCKED]).values_list("entity", flat=True))
    if unhappy:
        verb = {Run.Kind.UNDO: "taken back", Run.Kind.VALIDATION: "validated"}.get(Run.Kind(run.kind), "migrated")
        _move(run, State.BROKEN, problem=f"Not {verb}: {', '.join(unhappy)}; see there.", finished_at=timezone.now())
        return
    worst = State.COMPLETED_WITH_FAILURES if State.COMPLETED_WITH_FAILURES in states else State.SUCCEEDED
    _move(run, worst, finished_at=timezone.now(), attempts=0)
