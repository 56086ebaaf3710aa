"""The page of a run in all its states: progress, events, and what may be done to it by whom."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connections, transaction
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from runs import events
from runs.actors import Actor, acting
from runs.admin.entity_runs import Panel
from runs.admin.pace import pace
from runs.admin.run_actions import ACTIONS
from runs.models import EntityRun, Run
from runs.services import starting
from runs.states import TRANSITIONS, State
from tests.admin.conftest import client_of, entity_run, staff, texts

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

BY_NAME = {action.name: action for action in ACTIONS}
SENT = [action.name for action in ACTIONS if action.do]
ADA = Actor("ada", "command")


@pytest.fixture
def operator():
    return client_of(staff("olga", "runs.view_run", "runs.operate_run"))


@pytest.fixture
def approver():
    return client_of(staff("alma", "runs.view_run", "runs.undo_run"))


@pytest.fixture
def alive(monkeypatch):
    """Another process holds the locks of all runs, as far as this one can tell."""
    monkeypatch.setattr(starting.sql, "try_lock", lambda name: False)


def page_of(client, run):
    return client.get(reverse("admin:runs_run_change", args=[run.pk]))


def plain(response):
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def buttons(response):
    return set(re.findall(r'id="do-(\w+)"', response.content.decode()))


def send(client, run, name):
    return client.post(reverse("admin:runs_run_act", args=[run.pk, name]), follow=True)


def in_state(state, **facts):
    run = Run.objects.create(requested_by="ada", state=state, options={"batch_size": 500, "limit": None}, **facts)
    entity_run(run, "offices", 1, state=State.PLANNED if state in (State.QUEUED, State.RUNNING) else state)
    return run


# Buttons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state, offered",
    [
        (State.QUEUED, {"pause", "cancel"}),
        (State.RUNNING, {"pause", "cancel"}),
        (State.PAUSING, {"cancel"}),
        (State.CANCELLING, set()),
        (State.PAUSED, {"resume", "cancel", "validate"}),
        (State.INTERRUPTED, {"resume", "cancel", "validate"}),
        (State.BROKEN, {"resume", "cancel", "validate"}),
        (State.CANCELLED, {"validate"}),
        (State.SUCCEEDED, {"validate"}),
        (State.UNDONE, {"validate"}),
    ],
)
def test_an_operator_is_offered_what_the_state_allows(operator, alive, state, offered):
    assert buttons(page_of(operator, in_state(state))) == offered | {"report"}


def test_what_failed_can_be_retried_and_what_was_done_undone(operator, approver, world):
    assert buttons(page_of(operator, world.run)) == {"retry", "validate", "report"}
    assert buttons(page_of(approver, world.run)) == {"undo", "report"}


def test_a_viewer_has_no_button_but_the_report(reviewer, world):
    assert buttons(page_of(reviewer, world.run)) == {"report"}
    assert "undo/?run=" not in page_of(reviewer, world.run).content.decode()


def test_a_dry_run_can_only_be_stopped(boss, alive):
    assert buttons(page_of(boss, in_state(State.RUNNING, dry_run=True))) == {"pause", "cancel"}
    assert buttons(page_of(boss, in_state(State.PAUSED, dry_run=True))) == {"cancel"}


@pytest.mark.parametrize("name", SENT)
def test_page_and_view_agree(operator, name, alive):
    """What is not offered is refused in words, in every state, and nothing changes."""
    action = BY_NAME[name]
    for state in State:
        run = in_state(state)
        if action.refusal(run):
            assert name not in buttons(page_of(operator, run))
            assert "Not done: " in texts(send(operator, run, name))
            run.refresh_from_db()
            assert run.state == state
        run.entity_runs.all().delete()


@pytest.mark.parametrize("name", SENT)
def test_who_may_not_is_refused_by_the_view_too(approver, reviewer, name):
    run = in_state(State.PAUSED)
    for client in (approver, reviewer):
        assert client.post(reverse("admin:runs_run_act", args=[run.pk, name])).status_code == 403
    run.refresh_from_db()
    assert run.state == State.PAUSED


@pytest.mark.parametrize(
    "name, to",
    [
        ("pause", (State.PAUSING, State.PAUSED)),
        ("cancel", (State.CANCELLING, State.CANCELLED)),
        ("resume", (State.QUEUED,)),
    ],
)
def test_every_state_in_the_table_of_actions_has_its_arrow(name, to):
    for state in BY_NAME[name].states:
        assert set(to) & set(TRANSITIONS[state])


def test_an_unknown_action_and_a_look_at_one_do_nothing(operator):
    run = in_state(State.PAUSED)
    assert send(operator, run, "explode").status_code == 404
    assert operator.get(reverse("admin:runs_run_act", args=[run.pk, "resume"])).status_code == 405


# What they do --------------------------------------------------------------------------------------------------


def test_pausing_a_queued_run_says_so_and_who_did_it(operator):
    run = in_state(State.QUEUED)
    assert f"Run {run.pk} is paused." in texts(send(operator, run, "pause"))
    event = run.events.get(new_state=State.PAUSED, entity="")
    assert (event.who, event.door, event.user_id) == ("olga", "admin", User.objects.get(username="olga").pk)


def test_pausing_a_running_run_asks_it(operator, alive):
    run = in_state(State.RUNNING)
    assert f"Run {run.pk} will pause after its page." in texts(send(operator, run, "pause"))
    run.refresh_from_db()
    assert run.state == State.PAUSING


def test_resuming_hands_the_run_to_a_worker(operator, monkeypatch):
    monkeypatch.setattr(starting, "problems", lambda work: [])
    run = in_state(State.PAUSED)
    assert f"Run {run.pk} is queued" in texts(send(operator, run, "resume"))
    run.refresh_from_db()
    assert run.state == State.QUEUED
    assert [task.group() for task in OrmQ.objects.all()] == [f"run {run.pk}"]


def test_what_the_service_refuses_is_said(operator, monkeypatch):
    monkeypatch.setattr(starting, "problems", lambda work: ["The target lacks a table."])
    run = in_state(State.PAUSED)
    assert "Not done: The target lacks a table." in texts(send(operator, run, "resume"))
    run.refresh_from_db()
    assert run.state == State.PAUSED


def test_a_run_whose_process_died_is_shown_as_interrupted(operator):
    run = in_state(State.RUNNING)
    assert buttons(page_of(operator, run)) >= {"resume"}
    run.refresh_from_db()
    assert run.state == State.INTERRUPTED
    assert run.events.get(new_state=State.INTERRUPTED, entity="").who == "the program"


# Progress ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_only_a_run_that_moves_refreshes_itself(operator, alive, state):
    run = in_state(state)
    moves = state in (State.QUEUED, State.RUNNING, State.PAUSING, State.CANCELLING, State.UNDOING)
    url = reverse("admin:runs_run_progress", args=[run.pk])
    assert (f'data-refresh="{url}"' in page_of(operator, run).content.decode()) is moves


def test_the_part_that_refreshes_is_a_part_of_the_page(reviewer, world):
    response = reviewer.get(reverse("admin:runs_run_progress", args=[world.run.pk]))
    assert response.content.decode().strip().startswith('<section id="run"')
    assert "Entities that balance 2 of 2" in plain(response)
    assert "<html" not in response.content.decode()


def test_progress_rate_and_time_left(world):
    """Parts whose turn has not come count with the rows that they had last time."""
    run = Run.objects.create(requested_by="ada", state=State.RUNNING)
    began = timezone.now() - timedelta(seconds=10)
    done = entity_run(run, "offices", 1, in_scope=10, created=10, seconds=2)
    going = entity_run(run, "profiles", 2, state=State.RUNNING, in_scope=300, created=110, seconds=0, started_at=began)
    waits = entity_run(run, "orders", 3, state=State.PLANNED, seconds=0)
    found = pace(run, [Panel(done), Panel(going, since=began), Panel(waits)])
    assert (found.done, found.whole, found.unknown) == (120, 10 + 300 + 1200, 0)
    assert (found.parts_done, found.parts, found.percent, found.rate) == (1, 3, 7, 10)
    assert found.remaining.startswith("2 min ")


def test_without_an_earlier_run_nobody_can_tell_how_long_it_takes(operator, alive):
    run = in_state(State.RUNNING)
    assert "1 not counted yet, so nobody can tell how long it will take" in plain(page_of(operator, run))


def test_a_run_that_waits_for_a_worker_says_how_to_start_one(operator):
    run = in_state(State.QUEUED, started_at=timezone.now() - timedelta(minutes=3))
    assert "manage.py qcluster" in plain(page_of(operator, run))
    fresh = in_state(State.REQUESTED)
    EntityRun.objects.filter(run=run).delete()
    with acting(ADA), transaction.atomic():
        fresh.move(State.QUEUED)
    assert "manage.py qcluster" not in plain(page_of(operator, fresh))


# What it tells -------------------------------------------------------------------------------------------------


def test_events_of_the_run_come_first_and_those_of_its_parts_are_folded(operator):
    run = in_state(State.REQUESTED)
    with acting(ADA):
        run.move(State.PAUSED)
        events.record(run, "retry", "One record.", entity="offices")
    page = plain(page_of(operator, run))
    assert "requested → paused ada, command It was paused before anybody took it up." in page
    assert "1 event of its entities" in page


def test_an_undo_has_its_own_terms_and_both_runs_lead_to_each_other(operator, world):
    undo = Run.objects.create(requested_by="ada", kind=Run.Kind.UNDO, state=State.SUCCEEDED, undoes=world.run)
    entity_run(undo, "offices", 1, in_scope=10, deleted=6, released=3, kept=1)
    page = plain(page_of(operator, undo))
    assert "10 to take back = 6 deleted + 3 were there before us and stay + 1 left as they are" in page
    assert f"It takes back Run {world.run.pk} ." in page
    assert f"Taken back by Run {undo.pk} (succeeded)." in plain(page_of(operator, world.run))


def test_a_note_and_the_door_are_shown(operator):
    run = in_state(State.PAUSED, note="Before the move.", door="schedule")
    page = plain(page_of(operator, run))
    assert "Before the move." in page
    assert "ada from the schedule" in page


def test_with_the_target_down_the_page_opens_and_promises_nothing(operator, world, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connections["target"], "cursor", refuse)
    assert buttons(page_of(operator, world.run)) == {"validate", "report"}
