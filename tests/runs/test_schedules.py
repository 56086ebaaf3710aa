"""Schedules: what they start, when, in whose name, and what staff see if they start nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import Failure, OrmQ, Schedule, Task
from django_q.monitor import save_task
from django_q.scheduler import scheduler

from runs import services, tasks
from runs.actors import Actor, acting
from runs.errors import MigratorError, UsageError
from runs.models import Run
from runs.services import Frequency, Plan
from runs.services.scheduling import TASK
from runs.states import State

pytestmark = pytest.mark.usefixtures("schedules_go")

NIGHTLY = Plan("nightly", entities=["links", "offices"])


@pytest.fixture
def schedules_go(committed: None) -> Iterator[None]:
    """Schedules are made and gone; django-q2's scheduler closes connections, so that a test cannot be a transaction."""
    yield
    Schedule.objects.filter(func=TASK).delete()


def due(name: str = "nightly") -> OrmQ:
    """The schedule's hour has come: the task that django-q2 makes of it."""
    Schedule.objects.filter(name=name).update(next_run=timezone.now() - timedelta(minutes=1))
    scheduler(broker=get_broker())
    return next(row for row in OrmQ.objects.order_by("-pk") if row.group() == name)


def work(row: OrmQ) -> str:
    """The worker's part, with what django-q2 keeps of it."""
    task = row.task | {"stopped": timezone.now()}
    try:
        result, success = tasks.start_scheduled(*row.args(), **row.kwargs()), True
    except MigratorError as error:
        result, success = f"{error} : Traceback (most recent call last)", False
    save_task(task | {"result": result, "success": success}, get_broker())
    return result


def test_a_schedule_starts_a_run_in_the_name_of_who_made_it():
    ada = get_user_model().objects.create(username="ada")
    with acting(Actor("ada", "admin", ada.pk)):
        made = services.schedule(NIGHTLY)
    assert (made.who, made.outcome, made.refused) == ("ada", "", False)
    assert work(due()).startswith("Started run")
    run = Run.objects.get()
    assert (run.state, run.door, run.requested_by, run.user) == (State.QUEUED, "schedule", "ada", ada)
    assert run.note.startswith("Schedule nightly, due ")
    assert [one.entity for one in run.entity_runs.all()] == ["links", "offices"]
    (listed,) = services.schedules()
    assert (listed.plan, listed.outcome, listed.refused) == (made.plan, f"Started run {run.pk}.", False)
    assert listed.next_run > timezone.now()


def test_delivered_twice_it_starts_one_run():
    services.schedule(NIGHTLY)
    row = due()
    assert work(row) == work(row)
    assert Run.objects.count() == 1


def test_while_the_last_one_runs_it_starts_nothing_and_says_so():
    services.schedule(NIGHTLY)
    work(due())
    said = work(due())
    assert said.startswith("Schedule nightly started nothing. links is being migrated by run")
    assert Run.objects.count() == 1
    assert Failure.objects.get().result == said
    (listed,) = services.schedules()
    assert listed.refused and listed.outcome.startswith("Schedule nightly started nothing.")
    assert "Traceback" not in listed.outcome


def test_the_account_of_who_made_it_may_go():
    ada = get_user_model().objects.create(username="ada")
    with acting(Actor("ada", "admin", ada.pk)):
        services.schedule(NIGHTLY)
    ada.delete()
    work(due())
    assert (Run.objects.get().requested_by, Run.objects.get().user) == ("ada", None)


def test_a_validation_can_be_scheduled():
    services.schedule(Plan("compare", everything=True, validate_only=True))
    work(due("compare"))
    run = Run.objects.get()
    assert (run.kind, run.state) == (Run.Kind.VALIDATION, State.QUEUED)
    assert not run.entity_runs.filter(entity__startswith="repair").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "needs a name"),
        ({"name": "x" * 101}, "needs a name"),
        ({"entities": ["lnks"]}, "no entity 'lnks'"),
        ({"entities": []}, "Name at least one entity"),
        ({"batch_size": 1}, "batch size"),
        ({"validate_only": True, "dry_run": True}, "changes nothing"),
        ({"validate_only": True, "entities": ["repair_order_doctors"]}, "choose the entity"),
        ({"at": "25:00"}, "not a time of day"),
        ({"frequency": Frequency.WEEKLY, "weekday": 7}, "weekday"),
        ({"frequency": Frequency.CRON, "cron": "every night"}, "this is none"),
        ({"frequency": Frequency.CRON, "cron": ""}, "this is none"),
        ({"frequency": Frequency.CRON, "cron": "0 0 30 2 *"}, "this is none"),
    ],
)
def test_what_cannot_be_scheduled_is_said(wrong: dict[str, Any], said: str):
    with pytest.raises(UsageError, match=said):
        services.schedule(Plan(**{"name": "nightly", "entities": ["links"], **wrong}))
    assert services.schedules() == []


def test_names_are_taken_once_and_free_again():
    made = services.schedule(NIGHTLY)
    with pytest.raises(UsageError, match="a schedule named nightly already"):
        services.schedule(NIGHTLY)
    services.unschedule(made.number)
    with pytest.raises(UsageError, match="no schedule"):
        services.unschedule(made.number)
    services.schedule(NIGHTLY)


def test_the_first_time_is_that_of_the_clock_on_the_wall(settings: Any):
    settings.TIME_ZONE = "Europe/Vienna"
    with timezone.override(ZoneInfo("Europe/Vienna")):
        daily = services.schedule(Plan("daily", entities=["links"], at="02:30"))
        weekly = services.schedule(
            Plan("weekly", entities=["links"], frequency=Frequency.WEEKLY, at="23:15", weekday=6)
        )
        now = timezone.localtime()
        for made, limit in ((daily, 1), (weekly, 7)):
            assert now < made.next_run <= now + timedelta(days=limit, hours=1)
        assert f"{timezone.localtime(daily.next_run):%H:%M}" == "02:30"
        assert f"{timezone.localtime(weekly.next_run):%H:%M %A}" == "23:15 Sunday"


def test_a_cron_expression_says_when():
    made = services.schedule(Plan("workdays", entities=["links"], frequency=Frequency.CRON, cron="30 1 * * 1-5"))
    first = timezone.localtime(made.next_run)
    assert isinstance(first, datetime) and (first.hour, first.minute) == (1, 30) and first.weekday() < 5
    assert Task.objects.count() == 0
