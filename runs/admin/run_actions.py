"""What can be done to a run: one table for the buttons of its page and for the views behind them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, Error, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from catalog.repair import RepairSpec
from catalog.validation import validations
from catalog.work import Work, named
from runs import services
from runs.actors import acting
from runs.admin.acting import by_request
from runs.admin.links import row_url
from runs.errors import MigratorError, UsageError
from runs.execution import describe
from runs.ledger.models import FailedRecord
from runs.models import Run
from runs.states import ALIVE, FINISHED, UNDOABLE, State

LOOK, OPERATE, UNDO = "runs.view_run", "runs.operate_run", "runs.undo_run"
Kind = Run.Kind


@dataclass(frozen=True)
class Action:
    """Something that can be done to a run: by whom, and in which states of which kinds of run.

    Either `do` does it and says what came of it, or `page` is the address at which it goes on.
    """

    name: str
    title: str
    icon: str
    hint: str
    permission: str
    states: Collection[State]
    kinds: Collection[Kind] = tuple(Kind)
    dry_too: bool = False
    question: str = ""
    #: What else may stand in the way, in a sentence.
    further: Callable[[Run], str] = lambda run: ""
    do: Callable[[Run], str] | None = None
    page: Callable[[Run], str] | None = None

    def refusal(self, run: Run) -> str:
        """Why this cannot be done to the run as it is; empty if it can."""
        if run.kind not in self.kinds:
            return f"{run} is a run of the kind {run.get_kind_display()}: that cannot be done to it."
        if run.dry_run and not self.dry_too:
            return f"{run} was a dry run, of which nothing is kept."
        if run.state not in self.states:
            return f"{run} is {run.get_state_display()}: that can be done while it is {_words(self.states)}."
        return self.further(run)

    def url(self, run: Run) -> str:
        return self.page(run) if self.page else reverse("admin:runs_run_act", args=[run.pk, self.name])


def _words(states: Collection[State]) -> str:
    *some, last = [state.label for state in State if state in states]
    return f"{', '.join(some)} or {last}" if some else last


def _pause(run: Run) -> str:
    asked = services.pause(run.pk)
    return f"{run} will pause after its page." if asked.state == State.PAUSING else f"{run} is paused."


def _cancel(run: Run) -> str:
    asked = services.cancel(run.pk)
    return f"{run} will end after its page." if asked.state == State.CANCELLING else f"{run} is cancelled."


def _resume(run: Run) -> str:
    services.enqueue(services.resume(run.pk))
    return f"{run} is queued: a background worker goes on at the next page."


def _validate(run: Run) -> str:
    with transaction.atomic():
        note = f"What {run} left behind."
        started = services.start(_compared(run), services.Options(), kind=Kind.VALIDATION, note=note)
        services.enqueue(started)
    return f"{started} is queued: it compares both sides and changes neither."


def _compared(run: Run) -> list[Work]:
    """What of the run can be compared. A repair has no rows of its own: its entity is, under its own name."""
    names = run.entity_runs.order_by("position").values_list("entity", flat=True)
    works: list[Work] = [work for work in map(named, names) if not isinstance(work, RepairSpec)]
    if not works:
        raise UsageError(f"{run} has only repairs: validate the entities that they repair.")
    return works


def _retry(run: Run) -> str:
    with transaction.atomic():
        records = list(_open_failures(run).values_list("pk", flat=True))
        started = services.retry(services.Selection(records=records), f"What failed in {run}.")
        services.enqueue(started)
    return f"{started} is queued: it tries {len(records):,} failed records again."


def _open_failures(run: Run) -> QuerySet[FailedRecord]:
    return FailedRecord.objects.filter(run=run.pk, state=FailedRecord.State.OPEN)


def _nothing_failed(run: Run) -> str:
    if not run.entity_runs.filter(failed__gt=0).exists():
        return f"No row failed in {run}."
    try:
        return "" if _open_failures(run).exists() else f"No record that failed in {run} is open any more."
    except DatabaseError:
        return "The target database cannot be read just now."


def _changed_nothing(run: Run) -> str:
    harmless = {validation.name for validation in validations()}
    parts = run.entity_runs.exclude(entity__in=harmless).exclude(state=State.UNDONE)
    return "" if parts.exists() else f"{run} left nothing that could be taken back."


S = State
STOPPED = (S.PAUSED, S.INTERRUPTED, S.BROKEN)
MOVING = (Kind.MIGRATION, Kind.RETRY)
ACTIONS = (
    Action(
        "pause", "Pause", "pause", "It stops after its page, and can be resumed.",
        OPERATE, (S.REQUESTED, S.QUEUED, S.RUNNING), dry_too=True, do=_pause,
    ),
    Action(
        "resume", "Resume", "play_arrow", "A background worker goes on at the next page.",
        OPERATE, (S.REQUESTED, *STOPPED), do=_resume,
    ),
    Action(
        "cancel", "Cancel", "stop", "It ends for good after its page. What has arrived stays.",
        OPERATE, (S.REQUESTED, S.QUEUED, S.RUNNING, S.PAUSING, *STOPPED), dry_too=True, do=_cancel,
        question="End this run for good? What has arrived stays; it cannot be resumed.",
    ),
    Action(
        "retry", "Retry failed", "replay", "Tries the open failed records of this run again, and no other rows.",
        OPERATE, (*FINISHED, *STOPPED, S.CANCELLED), kinds=MOVING, further=_nothing_failed, do=_retry,
        question="Try the open failed records of this run again?",
    ),
    Action(
        "validate", "Validate", "fact_check", "Compares both sides of its entities afresh, and changes neither.",
        OPERATE, (*FINISHED, *STOPPED, S.CANCELLED, S.UNDONE), kinds=(*MOVING, Kind.UNDO), do=_validate,
    ),
    Action(
        "undo", "Undo…", "undo", "Shows first what would be deleted, restored and kept.",
        UNDO, UNDOABLE, kinds=MOVING, further=_changed_nothing,
        page=lambda run: f"{reverse('admin:runs_run_undo')}?run={run.pk}",
    ),
    Action(
        "report", "Report", "summarize", "What arrived, what did not and why; to read, to print and to file.",
        LOOK, tuple(State), page=lambda run: f"{reverse('report')}?of=run-{run.pk}",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Button:
    """An action as it is offered on the page of a run: sent to its address, or a link to it.

    The template gets no action as such: it would call what can be called.
    """

    name: str
    title: str
    icon: str
    hint: str
    question: str
    url: str
    sent: bool


def buttons(request: HttpRequest, run: Run) -> list[Button]:
    """What this person may do to the run as it is."""
    return [
        Button(one.name, one.title, one.icon, one.hint, one.question, one.url(run), sent=one.do is not None)
        for one in ACTIONS
        if request.user.has_perm(one.permission) and not one.refusal(run)
    ]


@require_POST
def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Does what a button says, if this person may and the run is in a state for it, and says what came of it."""
    action = next((one for one in ACTIONS if one.name == name and one.do), None)
    if action is None:
        raise Http404(f"There is no such action: {name}.")
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    run = get_object_or_404(Run, pk=number)
    settle(run)
    if refused := action.refusal(run):
        messages.error(request, f"Not done: {refused}")
    elif action.do:
        told(request, partial(action.do, run))
    return redirect(row_url(Run, number))


def told(request: HttpRequest, do: Callable[[], str]) -> bool:
    """Does something in the name of the user and shows what it says, or why it was refused; whether it was done."""
    try:
        with acting(by_request(request)):
            messages.success(request, do())
    except MigratorError as error:
        messages.error(request, f"Not done: {error}")
    except Error as error:
        messages.error(request, f"Not done: a database refused ({describe(error)}).")
    else:
        return True
    return False


def settle(run: Run) -> None:
    """The state is made true first, where the process of the run has died."""
    if run.state in ALIVE:
        # Where the target does not answer, nobody can tell, and the state stays as it is.
        with suppress(DatabaseError):
            services.put_down_dead(run)
        run.refresh_from_db()
