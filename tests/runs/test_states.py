"""States: every arrow and no other, one winner of two, an event for each change, and stopping from any state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from legacy.models import Office
from runs import events, services
from runs.actors import Actor, acting
from runs.errors import Busy, StaleState, UsageError
from runs.execution import Watch
from runs.ledger.models import Page
from runs.models import EntityRun, Run, RunEvent, Stateful
from runs.states import TRANSITIONS, State
from tests.databases import plain_connection
from tests.runs.conftest import Insert

S = State
BOTH = pytest.mark.django_db(databases=["default", "target"])
#: The state of a run → that of the part that it was at.
PART = {S.REQUESTED: S.PLANNED, S.QUEUED: S.PLANNED, S.PAUSING: S.RUNNING, S.CANCELLING: S.RUNNING}
#: What somebody asks for → the state before → the state after, of a run that a process is at.
LIVING = {
    "pause": {S.RUNNING: S.PAUSING},
    "cancel": {S.RUNNING: S.CANCELLING, S.PAUSING: S.CANCELLING},
}
#: The same of a run that nobody is at: its process has died, or never was.
LYING = {
    "pause": dict.fromkeys([S.REQUESTED, S.QUEUED, S.PLANNED, S.RUNNING, S.INTERRUPTED], S.PAUSED),
    "cancel": dict.fromkeys(
        [S.REQUESTED, S.QUEUED, S.PLANNED, S.RUNNING, S.PAUSING, S.PAUSED, S.INTERRUPTED, S.BROKEN, S.BLOCKED],
        S.CANCELLED,
    ),
}
GOES_ON = (S.REQUESTED, S.QUEUED, S.PLANNED, S.RUNNING, S.PAUSING, S.PAUSED, S.INTERRUPTED, S.BROKEN, S.BLOCKED)


def make(state: State, *entities: str) -> Run:
    run = Run.objects.create(requested_by="test", state=state, options={"batch_size": 500, "limit": None, "ids": None})
    for position, entity in enumerate(entities):
        EntityRun.objects.create(run=run, entity=entity, position=position, state=PART.get(state, state))
    return run


def part() -> EntityRun:
    return EntityRun.objects.create(run=make(S.RUNNING), entity="links", position=1)


@pytest.fixture
def held(django_db_setup: None) -> Iterator[Callable[[Run], None]]:
    """held(run): another session carries the run out, as far as its lock is concerned."""
    with plain_connection(connections["target"].settings_dict["NAME"]) as db:
        yield lambda run: db.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"run:{run.key}"])


@pytest.mark.django_db
@pytest.mark.parametrize("make_one", [lambda: make(S.REQUESTED), part], ids=["run", "part"])
def test_every_arrow_has_a_reason_and_no_other_pair_is_possible(make_one: Callable[[], Stateful]):
    one = make_one()
    for old in State:
        for new in State:
            type(one).objects.filter(pk=one.pk).update(state=old)
            one.refresh_from_db()
            if new in TRANSITIONS[old]:
                assert one.move(new).state == new
                event = RunEvent.objects.latest("pk")
                assert (event.old_state, event.new_state, event.why) == (old, new, TRANSITIONS[old][new])
                assert event.why.endswith(".")
            else:
                before = RunEvent.objects.count()
                with pytest.raises(KeyError):
                    one.move(new)
                one.refresh_from_db()
                assert (one.state, RunEvent.objects.count()) == (old, before)


def test_of_two_at_once_one_wins_and_leaves_one_event(committed: None):
    run = make(S.QUEUED)
    ready = Barrier(2)

    def move(new: State) -> bool:
        try:
            mine = Run.objects.get(pk=run.pk)
            ready.wait()
            mine.move(new)
        except StaleState:
            return False
        finally:
            connections.close_all()
        return True

    for _ in range(20):
        Run.objects.filter(pk=run.pk).update(state=S.QUEUED)
        with ThreadPoolExecutor(2) as threads:
            won = dict(zip((S.RUNNING, S.PAUSED), threads.map(move, (S.RUNNING, S.PAUSED)), strict=True))
        (winner,) = [state for state, has in won.items() if has]
        run.refresh_from_db()
        assert run.state == winner == RunEvent.objects.latest("pk").new_state
    assert RunEvent.objects.count() == 20


@pytest.mark.django_db
def test_an_event_says_who_from_which_door_and_why():
    run = make(S.RUNNING)
    with acting(Actor("ada", "admin", 17)):
        run.move(S.BROKEN, problem="The disk is full.")
        events.record(run, "look", "Somebody looked.", entity="orders")
    changed, looked = RunEvent.objects.all()
    assert (changed.who, changed.door, changed.user_id) == ("ada", "admin", 17)
    assert (changed.what, changed.old_state, changed.new_state) == ("state", "running", "broken")
    assert changed.why == "The disk is full."
    assert (looked.what, looked.entity, looked.why) == ("look", "orders", "Somebody looked.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda event: RunEvent.objects.filter(pk=event.pk).update(who="nobody"),
        lambda event: RunEvent.objects.all().delete(),
        lambda event: event.run.delete(),
    ],
    ids=["update", "delete", "delete of the run"],
)
def test_the_database_keeps_events_as_they_are(change: Callable[[RunEvent], Any]):
    make(S.REQUESTED).move(S.RUNNING)
    event = RunEvent.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        change(event)
        with connections["default"].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert RunEvent.objects.get().who == event.who


@BOTH
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_stopping_a_run_that_lives(verb: str, state: State, held: Callable[[Run], None]):
    run = make(state)
    held(run)
    _ask(verb, run, LIVING[verb] | {s: to for s, to in LYING[verb].items() if s not in (S.RUNNING, S.PAUSING)})


@BOTH
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_stopping_a_run_that_nobody_is_at(verb: str, state: State):
    run = make(state, "links")
    _ask(verb, run, LYING[verb])
    if run.state == S.CANCELLED:
        assert not EntityRun.objects.filter(state__in=(S.PLANNED, S.RUNNING)).exists()


def _ask(verb: str, run: Run, possible: dict[State, State]) -> None:
    """Either the run comes into the state that it should, or somebody is told in a sentence why it does not."""
    before = State(run.state)
    if before in possible:
        assert getattr(services, verb)(run.pk).state == possible[before]
    else:
        with pytest.raises(UsageError, match=rf"Run {run.pk} is .*(already|nothing to {verb})"):
            getattr(services, verb)(run.pk)
    run.refresh_from_db()


@pytest.mark.parametrize("state", GOES_ON)
def test_resuming_a_run_that_nobody_is_at(state: State, committed: None):
    run = make(state, "links")
    assert services.execute(services.resume(run.pk)).state == S.SUCCEEDED
    assert run.entity_runs.get().state == S.SUCCEEDED


@BOTH
@pytest.mark.parametrize("state", [state for state in State if state not in GOES_ON])
def test_a_run_that_has_ended_has_nothing_to_resume(state: State):
    run = make(state, "links")
    with pytest.raises(UsageError, match="nothing left to resume"):
        services.resume(run.pk)


@BOTH
@pytest.mark.parametrize("state", [S.RUNNING, S.PAUSING, S.CANCELLING])
def test_a_run_that_lives_cannot_be_taken_over(state: State, held: Callable[[Run], None]):
    run = make(state, "links")
    held(run)
    for attempt in (services.resume, lambda number: services.execute(services.find_run(number))):
        with pytest.raises(Busy, match=f"Run {run.pk} is being carried out by another process"):
            attempt(run.pk)
    assert services.look(run.pk).state == state


@BOTH
def test_a_dry_run_cannot_be_paused_but_cancelled(held: Callable[[Run], None]):
    run = make(S.RUNNING)
    Run.objects.update(dry_run=True)
    held(run)
    with pytest.raises(UsageError, match="cancel it instead"):
        services.pause(run.pk)
    assert services.cancel(run.pk).state == S.CANCELLING


class Asking(Watch):
    """Somebody asks the run to stop from another session, after its first page."""

    def __init__(self, verb: Callable[[int], Run]) -> None:
        self.verb = verb
        self.pages = 0

    def page_committed(self, entity_run: EntityRun, page: Page) -> None:
        self.pages += 1
        if self.pages == 1:
            other = Thread(target=self._ask, args=[entity_run.run_id])
            other.start()
            other.join()

    def _ask(self, number: int) -> None:
        with acting(Actor("ada", "admin")):
            self.verb(number)
        connections.close_all()


@pytest.fixture
def three_pages(insert: Insert) -> None:
    insert(Office, *({"id": number, "name": f"Office {number}", "tax_rate": "20.0000"} for number in range(1, 1101)))


def test_asked_to_pause_it_stops_after_its_page_and_the_rest_is_done_once(three_pages: None, committed: None):
    run = services.start(services.chosen(["offices", "storages"]), services.Options(batch_size=500))
    services.execute(run, Asking(services.pause))
    offices, storages = run.entity_runs.order_by("entity")
    assert (run.state, offices.state, storages.state) == (S.PAUSED, S.PAUSED, S.PAUSED)
    assert (offices.read, offices.created, offices.balance) == (500, 500, 600)
    asked = RunEvent.objects.get(new_state=S.PAUSING)
    assert (asked.who, asked.door, asked.entity) == ("ada", "admin", "")
    rest = Asking(lambda number: None)
    assert services.execute(services.resume(run.pk), rest).state == S.SUCCEEDED
    offices.refresh_from_db()
    # Two pages of offices, and the empty one of storages.
    assert (rest.pages, offices.created, offices.unchanged, offices.balance) == (3, 1100, 0, 0)


def test_asked_to_cancel_it_ends_after_its_page_and_keeps_what_has_arrived(three_pages: None, committed: None):
    run = services.start(services.chosen(["offices"]), services.Options(batch_size=500))
    services.execute(run, Asking(services.cancel))
    assert (run.state, run.entity_runs.get().state, run.entity_runs.get().created) == (S.CANCELLED, S.CANCELLED, 500)
    with pytest.raises(UsageError):
        services.resume(run.pk)
    again = services.execute(services.start(services.chosen(["offices"]), services.Options()))
    assert (again.entity_runs.get().unchanged, again.entity_runs.get().created) == (500, 600)


def test_what_is_asked_for_in_vain_is_said(three_pages: None, committed: None):
    """Asked after the last page, it has come to its end before."""
    run = services.start(services.chosen(["offices"]), services.Options(batch_size=2000))
    services.execute(run, Asking(services.pause))
    assert run.state in (S.PAUSED, S.SUCCEEDED)
    if run.state == S.PAUSED:
        assert services.execute(services.resume(run.pk)).state == S.SUCCEEDED
    assert run.entity_runs.get().created == 1100
