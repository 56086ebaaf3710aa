"""Runs from the command line: show, pause, resume, cancel and the background; words, exit codes and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from legacy.models import Office
from runs import background, services
from runs.models import Run, RunEvent
from runs.states import State
from tests.databases import plain_connection
from tests.runs.conftest import Insert

pytestmark = pytest.mark.usefixtures("committed")


def said(*args: Any) -> tuple[int, str]:
    """The exit code of a command and what it wrote."""
    out = StringIO()
    try:
        call_command(*map(str, args), stdout=out, stderr=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


@pytest.fixture
def run(insert: Insert) -> Run:
    insert(Office, *({"id": number, "name": f"Office {number}", "tax_rate": "20.0000"} for number in (1, 2)))
    return services.start(services.chosen(["offices"]), services.Options(), note="Night shift.")


@pytest.fixture
def living(run: Run) -> Iterator[Run]:
    """Another session carries it out, as far as its lock is concerned."""
    with plain_connection(connections["target"].settings_dict["NAME"]) as db:
        db.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"run:{run.key}"])
        yield run.move(State.RUNNING)


def test_a_run_that_lives_is_asked_to_stop(living: Run):
    number = living.pk
    code, words = said("pause_run", number)
    assert code == 0 and f"Run {number} stops after its page" in words and f"resume_run {number}" in words
    assert said("pause_run", number) == (1, f"Run {number} is pausing already.")
    code, words = said("cancel_run", number, "--json")
    assert (code, json.loads(words)["state"]) == (0, "cancelling")
    code, words = said("resume_run", number)
    assert code == 3 and f"Run {number} is being carried out by another process" in words
    assert said("show_run", number)[0] == 0
    asked = RunEvent.objects.filter(run=living, new_state__in=["pausing", "cancelling"])
    assert {event.door for event in asked} == {"command"}


def test_a_run_that_waits_is_stopped_and_goes_on(run: Run):
    assert "is paused" in said("pause_run", run.pk)[1]
    code, words = said("show_run", run.pk)
    assert code == 3 and "PAUSED" in words and f"`resume_run {run.pk}` goes on" in words
    code, words = said("resume_run", run.pk, "--json")
    assert (code, json.loads(words)["entities"][0]["created"]) == (0, 2)
    assert said("resume_run", run.pk)[0] == said("cancel_run", run.pk)[0] == said("show_run", 4711)[0] == 1


def test_a_cancelled_run_is_over(run: Run):
    assert "is cancelled" in said("cancel_run", run.pk)[1]
    assert said("show_run", run.pk)[0] == 3
    assert "nothing left to resume" in said("resume_run", run.pk)[1]


def test_a_run_is_shown_with_all_that_somebody_needs_at_night(run: Run):
    services.execute(run)
    code, words = said("show_run", run.pk)
    assert code == 0
    for part in ("SUCCEEDED", "Night shift.", "2 of 2 rows, 1 of 1 parts", "2 rows to account for = 2 created."):
        assert part in words
    assert "running → succeeded" in words and "offices: planned → running" not in words
    assert "offices: planned → running" in said("show_run", run.pk, "--events")[1]
    data = json.loads(said("show_run", run.pk, "--events", "--json")[1])
    assert (data["state"], data["progress"]["rows"], data["kind"]) == ("succeeded", 2, "migration")
    assert [event["new_state"] for event in data["events"] if not event["entity"]] == ["running", "succeeded"]


def test_what_broke_is_said_with_the_next_step(run: Run):
    with connections["target"].cursor() as cursor:
        cursor.execute("ALTER TABLE offices RENAME TO elsewhere")
        try:
            services.execute(run)
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO offices")
    code, words = said("show_run", run.pk)
    assert code == 3
    assert "Problem: Not migrated: offices; see there." in words
    assert "offices: broken. It stopped on an error: ProgrammingError, SQLSTATE 42P01" in words
    assert "and 2 still to come" in words and f"then `resume_run {run.pk}`" in words


@pytest.mark.parametrize("command", ["migrate_entity", "resume_run"])
def test_a_run_is_left_to_the_background(command: str, run: Run):
    services.pause(run.pk)
    code, words = said(command, "links" if command == "migrate_entity" else run.pk, "--background")
    queued = Run.objects.get(state=State.QUEUED)
    assert code == 0 and f"Run {queued.pk} waits for a background worker." in words
    assert f"manage.py show_run {queued.pk}" in words
    assert background.waiting() == {queued.pk}
    code, words = said("show_run", queued.pk)
    assert code == 0 and "QUEUED" in words and "waits for a background worker" in words


def test_silence_of_the_workers_is_said(run: Run):
    # Not long ago: django-q2 goes from there to the present step by step, each time that it is asked.
    silent = timezone.now() - timedelta(hours=1)
    Schedule.objects.filter(func=background.SWEEP).update(next_run=silent)
    said_so = f"No background worker has been at work since {silent:%Y-%m-%d}"
    assert said_so in said("resume_run", run.pk, "--background")[1]
    assert said_so in said("show_run", run.pk)[1]


def test_a_sweep_by_hand_says_what_it_did(run: Run):
    assert said("sweep_runs") == (0, "Nothing to do.\n")
    services.enqueue(run)
    OrmQ.objects.all().delete()
    assert said("sweep_runs") == (0, f"Run {run.pk} waits for a background worker again.\n")
