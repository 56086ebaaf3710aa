"""Pausing and cancelling runs, whoever carries them out: they stop between two pages."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from runs.errors import StaleState, UsageError
from runs.models import Run
from runs.services.starting import find_run, look
from runs.states import ALIVE, TRANSITIONS, State


def pause(number: int) -> Run:
    """Asks the run to stop after its page; it can be resumed. Raises `UsageError` if it cannot pause."""
    if find_run(number).dry_run:
        raise UsageError(f"Run {number} is a dry run, which keeps nothing and could not go on: cancel it instead.")
    return _ask(number, State.PAUSING, State.PAUSED, "pause")


def cancel(number: int) -> Run:
    """Asks the run to end for good after its page; what has arrived stays. Raises `UsageError` if it has ended."""
    return _ask(number, State.CANCELLING, State.CANCELLED, "cancel")


def _ask(number: int, asking: State, done: State, verb: str) -> Run:
    """Moves a run that somebody is at to `asking`, and one that waits straight to `done`."""
    while True:
        run = look(number)
        if run.state in (asking, done):
            raise UsageError(f"Run {number} is {run.get_state_display()} already.")
        wanted = asking if run.state in ALIVE else done
        if wanted not in TRANSITIONS[State(run.state)]:
            raise UsageError(f"Run {number} is {run.get_state_display()}: there is nothing to {verb}.")
        try:
            with transaction.atomic():
                if wanted == done:
                    _leave(run, done)
                return run.move(wanted, **({"finished_at": timezone.now()} if wanted == done else {}))
        except StaleState:
            continue


def _leave(run: Run, state: State) -> None:
    """The parts that have not come to an end follow the run."""
    for entity_run in run.entity_runs.all():
        if state in TRANSITIONS[State(entity_run.state)]:
            entity_run.move(state)
