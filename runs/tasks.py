"""The background's door: what django-q2's workers call, which may be more than once for one task.

It keeps results and the text of exceptions in the database and in its log, so both are short sentences here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error

from runs import services
from runs.actors import Actor, acting
from runs.errors import MigratorError
from runs.execution import describe


def carry_out(number: int) -> str:
    """Carries a run on for a slice, in the name of whoever asked for it."""
    with _spoken():
        run = services.find_run(number)
        with acting(Actor(run.requested_by, "worker", run.user_id)):
            run = services.work_off(number, services.Slice(settings.SLICE_SECONDS))
    return f"Run {number}: {run.get_state_display()}."


def sweep() -> str:
    """Each minute: sees to the runs that nobody is at."""
    with _spoken(), acting(Actor("the sweep", "worker")):
        try:
            sent = services.sweep()
        except Error as error:  # kept as a failure, it would be one more each minute for as long as a database is down
            return f"A database does not answer: {describe(error)}."
    return f"Sent to a worker: {', '.join(map(str, sent)) or 'none'}."


def start_scheduled(payload: str, due: str) -> str:
    """What a schedule ordered, at the time at which it was due."""
    with _spoken():
        plan, actor = services.ordered_by(payload)
        with acting(actor):
            run = services.start_due(plan, due)
    return f"Started run {run.pk}."


@contextmanager
def _spoken() -> Iterator[None]:
    """Exceptions come out with words for people, and without those that they came from, which may quote data."""
    try:
        yield
    except SystemExit as stopped:  # django-q2's timeout, which it has to recognise
        raise type(stopped)(*stopped.args) from None
    except Exception as error:
        raise MigratorError(describe(error)) from None
