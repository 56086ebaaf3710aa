"""Working runs off in the background: a slice of a run, and finding the runs that no worker is at.

The state of a run is the truth, and a task is only a nudge: one that comes twice or too late changes nothing, and a
run without one gets another from the sweep.
"""

from __future__ import annotations

import time

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from runs import background, execution
from runs.errors import Busy, StaleState
from runs.execution import Watch, describe
from runs.ledger.models import Page
from runs.models import EntityRun, Run
from runs.services.starting import find_run, held, put_down_dead
from runs.states import ACTIVE, ALIVE, State

#: So many workers in a row may end over a run without finishing a page.
ATTEMPTS = 3
#: Looks for a lock that somebody is about to give back, and seconds between them.
LOOKS, PAUSE = 50, 0.1


class Slice(Watch):
    """One worker's share of a run, of so many seconds; then the next one goes on."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.fruitless = True

    def page_committed(self, entity_run: EntityRun, page: Page) -> None:
        self._progress(entity_run)

    def entity_ended(self, entity_run: EntityRun) -> None:
        self._progress(entity_run)

    def handed_on(self, run: Run) -> None:
        background.send(run)

    def _progress(self, entity_run: EntityRun) -> None:
        if self.fruitless:
            Run.objects.filter(pk=entity_run.run_id).update(attempts=0)
            self.fruitless = False
        if time.monotonic() >= self.ends:
            self.stop = State.QUEUED


def work_off(number: int, watch: Watch) -> Run:
    """Carries the run on as a worker, until it ends or the watch stops it; returns it as it stands then.

    Does nothing for a run that is not the background's to carry on, or that somebody else is at. If it fails, the run
    waits for the next sweep, or is broken after too many attempts, and the exception is raised all the same.
    """
    run = find_run(number)
    try:
        for _ in range(LOOKS):
            try:
                with held(run):
                    _carry_on(run, watch)
                break
            except Busy:
                run.refresh_from_db()
                if run.state != State.QUEUED:
                    break
            # Who has just handed it on gives its lock back in a moment.
            time.sleep(PAUSE)
    except BaseException as error:  # django-q2's timeout is a SystemExit
        if _failed(run, error):
            raise
    run.refresh_from_db()
    return run


def sweep() -> list[Run]:
    """Puts down the runs whose process died, and sends those of the background that wait without a task to a worker.

    Returns what it sent. A run is never touched while it lives, which its lock tells.
    """
    sent = []
    there = background.waiting()
    for run in Run.objects.filter(state__in=[*ALIVE, State.INTERRUPTED, State.QUEUED]):
        try:
            if run.state in ALIVE and not put_down_dead(run):
                continue
            _again(run, run.problem)
        except (Busy, StaleState):
            continue  # Somebody was faster, or has the entity: the next sweep will see.
        if run.state == State.QUEUED and run.pk not in there:
            background.send(run)
            sent.append(run)
    return sent


def _carry_on(run: Run, watch: Watch) -> None:
    """The run's lock is held, so whoever was at it is not any more."""
    run.refresh_from_db()
    if run.state in ALIVE:
        execution.interrupt(run, execution.DIED)
    _again(run, run.problem)
    if run.state == State.QUEUED:
        Run.objects.filter(pk=run.pk).update(attempts=F("attempts") + 1)
        run.refresh_from_db()
        execution.execute(run, watch)


def _again(run: Run, why: str) -> None:
    """A run that was interrupted in the hands of a worker waits for the next one, or is broken after too many.

    `why`: what ended its worker. Raises `Busy` if another run has taken an entity of it meanwhile.
    """
    if run.state != State.INTERRUPTED or run.dry_run or not _workers_own(run):
        return
    if run.attempts >= ATTEMPTS:
        _give_up(run, why)
        return
    with transaction.atomic():
        execution.plan(run, broken=False)
        run.move(State.QUEUED, problem=why, finished_at=None)


def _workers_own(run: Run) -> bool:
    """It was a worker that took it up last, and not a command."""
    taken = run.events.filter(entity="", new_state=State.RUNNING).last()
    return taken is not None and taken.door == "worker"


def _failed(run: Run, error: BaseException) -> bool:
    """What follows for the run from an error of its worker; False if somebody stopped it at that very moment."""
    run.refresh_from_db()
    if run.state == State.QUEUED:
        # The worker did not even come to take it up.
        Run.objects.filter(pk=run.pk).update(attempts=F("attempts") + 1)
        run.refresh_from_db()
        if run.attempts >= ATTEMPTS:
            _give_up(run, f"It could not be taken up: {describe(error)}.")
        return True
    _again(run, _why(run, error))
    return not isinstance(error, StaleState)


def _why(run: Run, error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "It was stopped by the time limit of background tasks, as it took too long over one page."
    return run.problem if isinstance(error, execution.DatabaseLost) else f"It stopped on an error: {describe(error)}."


def _give_up(run: Run, problem: str) -> None:
    words = f"{run.attempts} workers in a row ended over it without finishing a page. The last one: {problem}"
    with transaction.atomic():
        for entity_run in run.entity_runs.filter(state__in=ACTIVE):
            entity_run.move(State.INTERRUPTED, problem=problem)
        run.move(State.BROKEN, problem=words, finished_at=timezone.now())
