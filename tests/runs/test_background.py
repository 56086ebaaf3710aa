"""What background workers do with runs: a task is a nudge, and the state of the run is the truth."""

from __future__ import annotations

import pydoc
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ, Schedule

from legacy.models import Office
from runs import background, services, tasks
from runs.actors import Actor, acting
from runs.errors import MigratorError
from runs.ledger.models import Mapping, Page
from runs.models import EntityRun, Run, RunEvent
from runs.states import State
from tests.databases import plain_connection
from tests.runs.conftest import Insert

S = State
WORKER = Actor("ada", "worker")


def begin(*names: str, **options: Any) -> Run:
    return services.start(services.chosen(names), services.Options(**options))


def deliver() -> Any:
    """What a worker does with the oldest task, which is acknowledged if it succeeds."""
    row = OrmQ.objects.earliest("pk")
    result = pydoc.locate(row.func())(*row.args(), **row.kwargs())
    row.delete()
    return result


def events(run: Run, new_state: State, entity: str = "") -> int:
    return RunEvent.objects.filter(run=run, entity=entity, new_state=new_state).count()


def die_over(run: Run, door: str) -> None:
    """As a process leaves a run that is killed."""
    with acting(Actor("ada", door)):
        run.move(S.RUNNING)
    run.entity_runs.first().move(S.RUNNING)


@pytest.fixture
def held(committed: None) -> Iterator[Callable[[Run], None]]:
    """held(run): another session carries the run out, as far as its lock is concerned."""
    with plain_connection(connections["target"].settings_dict["NAME"]) as db:
        yield lambda run: db.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"run:{run.key}"])


@pytest.fixture
def offices(insert: Insert) -> None:
    """Three pages of 500."""
    insert(Office, *({"id": number, "name": f"Office {number}", "tax_rate": "20.0000"} for number in range(1, 1101)))


def test_a_run_is_enqueued_in_the_transaction_of_the_caller(committed: None):
    run = begin("links")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.enqueue(run)
        raise ZeroDivisionError
    assert not OrmQ.objects.exists()
    run = services.enqueue(services.find_run(run.pk))
    assert run.state == S.QUEUED and background.waiting() == {run.pk}


def test_slices_hand_the_run_on_from_page_to_page(offices: None, committed: None, settings: Any):
    settings.SLICE_SECONDS = 0
    with acting(Actor("ada", "admin")):
        run = services.enqueue(begin("offices", batch_size=500))
    said = []
    while OrmQ.objects.exists():
        said.append(deliver())
    assert len(said) > 3
    assert said == [f"Run {run.pk}: queued."] * (len(said) - 1) + [f"Run {run.pk}: succeeded."]
    assert Page.objects.filter(run=run.pk).count() == 3
    assert Mapping.objects.count() == run.entity_runs.get().created == 1100
    taken = RunEvent.objects.filter(run=run, entity="", new_state=S.RUNNING)
    assert set(taken.values_list("who", "door")) == {("ada", "worker")}


def test_a_task_that_comes_twice_changes_nothing(committed: None):
    run = services.enqueue(begin("links"))
    background.send(run)
    assert [deliver(), deliver()] == [f"Run {run.pk}: succeeded."] * 2
    assert events(run, S.RUNNING) == 1


@pytest.mark.parametrize("verb", [services.pause, services.cancel])
def test_the_task_of_a_run_that_was_stopped_meanwhile_does_nothing(verb: Callable[[int], Run], committed: None):
    run = services.enqueue(begin("links"))
    stopped = verb(run.pk)
    assert deliver() == f"Run {run.pk}: {stopped.get_state_display()}."
    assert events(run, S.RUNNING) == 0


def test_a_task_leaves_a_run_alone_that_somebody_else_is_at(held: Callable[[Run], None]):
    run = services.enqueue(begin("links"))
    background.send(run)
    die_over(run, "command")
    held(run)
    assert deliver() == f"Run {run.pk}: running."
    assert services.sweep() == []
    assert services.look(run.pk).state == S.RUNNING


def test_the_task_of_a_worker_that_died_goes_on_at_the_next_page(offices: None, committed: None, settings: Any):
    settings.SLICE_SECONDS = 0
    run = services.enqueue(begin("offices", batch_size=500))
    deliver()
    run.refresh_from_db()
    die_over(run, "worker")
    settings.SLICE_SECONDS = 60
    assert deliver() == f"Run {run.pk}: succeeded."
    assert (run.entity_runs.get().created, events(run, S.INTERRUPTED)) == (1100, 1)


def test_a_worker_does_not_try_again_what_broke_under_another(offices: None, committed: None, settings: Any):
    settings.SLICE_SECONDS = 0
    run = services.enqueue(begin("offices", "storages", batch_size=500))
    with connections["target"].cursor() as cursor:
        cursor.execute("ALTER TABLE offices RENAME TO elsewhere")
        try:
            while OrmQ.objects.exists():
                deliver()
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO offices")
    run.refresh_from_db()
    assert (run.state, run.problem) == (S.BROKEN, "Not migrated: offices; see there.")
    assert events(run, S.RUNNING, "offices") == 1
    assert services.execute(services.resume(run.pk)).state == S.SUCCEEDED


def test_the_sweep_sends_the_run_of_a_dead_worker_to_the_next(committed: None):
    run = begin("links")
    die_over(run, "worker")
    assert services.sweep() == [run]
    assert services.sweep() == []
    assert services.look(run.pk).state == S.QUEUED
    assert deliver() == f"Run {run.pk}: succeeded."


def test_the_sweep_finds_it_also_after_somebody_else_saw_it_dead(committed: None):
    run = begin("links")
    die_over(run, "worker")
    assert services.look(run.pk).state == S.INTERRUPTED
    assert services.sweep() == [run]


def test_the_sweep_leaves_the_run_of_a_dead_command_to_people(committed: None):
    run = begin("links")
    die_over(run, "command")
    assert services.sweep() == []
    assert services.look(run.pk).state == S.INTERRUPTED


def test_the_sweep_replaces_a_task_that_was_lost(committed: None):
    run = services.enqueue(begin("links"))
    assert services.sweep() == []
    OrmQ.objects.all().delete()
    OrmQ.objects.create(key="migrator", payload="not:ours", lock=timezone.now())
    assert tasks.sweep() == f"Sent to a worker: Run {run.pk}."


def test_the_sweep_waits_for_an_entity_that_another_run_has_taken(committed: None):
    dead = begin("links")
    die_over(dead, "worker")
    services.put_down_dead(dead)
    living = begin("links")
    assert services.sweep() == []
    assert services.look(dead.pk).state == S.INTERRUPTED
    services.execute(living)
    assert services.sweep() == [dead]


def test_after_three_workers_without_a_page_the_run_is_broken(committed: None):
    run = begin("links")
    for _ in range(3):
        services.sweep()
        run.refresh_from_db()
        die_over(run, "worker")
        Run.objects.filter(pk=run.pk).update(attempts=run.attempts + 1)
    assert services.sweep() == []
    run.refresh_from_db()
    assert run.state == S.BROKEN
    assert run.problem == (
        "3 workers in a row ended over it without finishing a page. The last one: Its process ended without a word."
    )
    assert run.entity_runs.get().state == S.INTERRUPTED
    assert services.execute(services.resume(run.pk)).state == S.SUCCEEDED


class Late(services.Slice):
    """django-q2's time limit strikes before the first page."""

    def entity_started(self, entity_run: EntityRun, rows: int) -> None:
        raise TimeoutException("Task exceeded maximum timeout value (600 seconds)")


def test_a_run_that_always_takes_too_long_is_broken_after_its_attempts(committed: None):
    run = services.enqueue(begin("links"))
    for attempt in (1, 2, 3):
        with acting(WORKER), pytest.raises(SystemExit):
            services.work_off(run.pk, Late(60))
        run.refresh_from_db()
        assert (run.attempts, run.state) == (attempt, S.QUEUED if attempt < 3 else S.BROKEN)
    assert "time limit" in run.problem
    with acting(WORKER):
        assert services.work_off(run.pk, Late(60)).state == S.BROKEN


def test_a_page_makes_up_for_earlier_attempts(offices: None, committed: None, settings: Any):
    settings.SLICE_SECONDS = 0
    run = services.enqueue(begin("offices", batch_size=500))
    Run.objects.update(attempts=2)
    deliver()
    run.refresh_from_db()
    assert (run.state, run.attempts) == (S.QUEUED, 0)


def test_a_dry_run_is_not_cut_into_slices_and_not_taken_up_again(offices: None, committed: None, settings: Any):
    settings.SLICE_SECONDS = 0
    run = services.enqueue(begin("offices", batch_size=500, dry_run=True))
    assert OrmQ.objects.get().task["timeout"] == -1
    assert deliver() == f"Run {run.pk}: succeeded."
    assert not Mapping.objects.exists()
    dead = begin("offices", dry_run=True)
    die_over(dead, "worker")
    assert services.sweep() == []
    assert services.look(dead.pk).state == S.INTERRUPTED


@pytest.mark.parametrize(("error", "kept"), [(ValueError, MigratorError), (TimeoutException, TimeoutException)])
def test_nothing_of_a_value_gets_into_what_django_q_keeps(error: type[BaseException], kept: type[BaseException]):
    with pytest.raises(kept) as raised, tasks._spoken():
        try:
            raise ValueError("Mustermann")
        except ValueError as quoting:
            raise error("600 seconds" if error is TimeoutException else "Mustermann") from quoting
    # As django_q.worker writes it down.
    result = f"{raised.value} : {''.join(traceback.format_exception(raised.value))}"
    assert "Mustermann" not in result.replace('raise ValueError("Mustermann")', "").replace('else "Mustermann"', "")


@pytest.mark.django_db
def test_the_sweep_is_scheduled_once_and_tells_of_clusters_that_are_silent():
    row = Schedule.objects.get(func=background.SWEEP)
    assert (row.schedule_type, row.minutes, row.repeats) == (Schedule.MINUTES, 1, -1)
    Schedule.objects.update(next_run=timezone.now() + timedelta(seconds=30))
    assert background.silent_since() is None
    due = timezone.now() - timedelta(hours=1)
    Schedule.objects.update(next_run=due)
    assert background.silent_since() == due
