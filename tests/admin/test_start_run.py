"""Ordering a run, and runs that start by themselves."""

import re

import pytest
from django.urls import reverse
from django_q.models import OrmQ, Schedule

from catalog.models import MigrationScript
from runs.admin import start_run
from runs.models import Run
from runs.services import scheduling, starting
from runs.states import State
from tests.admin.conftest import client_of, entity_run, staff, texts

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

START, SCHEDULES = reverse("admin:runs_run_start"), reverse("admin:runs_run_schedules")


@pytest.fixture
def operator(db):
    return client_of(staff("olga", "runs.view_run", "runs.operate_run"))


def order(**given):
    return {"batch_size": 2000, **given}


def plain(response):
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def ready(monkeypatch):
    """Nothing stands in the way of a run. Drift is examined elsewhere."""
    for module in (start_run, starting):
        monkeypatch.setattr(module, "problems", lambda work: [])
    monkeypatch.setattr(start_run, "warnings", lambda work: ["The table leftovers is described by no mirror."])


# Start run -----------------------------------------------------------------------------------------------------


def test_it_offers_domains_scripts_and_parts(operator):
    page = plain(operator.get(START))
    assert "Clinical" in page
    assert str(MigrationScript.objects.get(number=5)) in page
    assert "repair_order_doctors" in page


def test_a_link_chooses_in_advance(operator):
    page = operator.get(START, {"scripts": "5"}).content.decode()
    assert '<option value="5" selected>' in page


def test_it_shows_what_will_run_in_which_order_before_anything_starts(operator, ready):
    page = plain(operator.post(START, order(parts=["patients", "offices", "repair_order_doctors"])))
    assert re.search(r"1 offices entity .* 2 patients entity .* 3 repair_order_doctors repair", page)
    assert "The table leftovers is described by no mirror." in page
    assert "Rows are written to the target database. The run can be undone." in page
    assert not Run.objects.exists()


def test_the_second_step_starts_it_in_the_background(operator, ready):
    given = order(parts=["offices", "courses"], batch_size=500, limit=10, note="A first try.", dry_run="on")
    response = operator.post(START, {**given, "start": "1"}, follow=True)
    run = Run.objects.get()
    assert f"Run {run.pk} is queued: a background worker will take it up." in texts(response)
    assert (run.state, run.requested_by, run.door, run.note) == (State.QUEUED, "olga", "admin", "A first try.")
    assert (run.kind, run.dry_run) == (Run.Kind.MIGRATION, True)
    assert (run.options["batch_size"], run.options["limit"], run.options["ids"]) == (500, 10, None)
    assert [one.entity for one in run.entity_runs.order_by("position")] == ["courses", "offices"]
    assert [task.group() for task in OrmQ.objects.all()] == [f"run {run.pk}"]


def test_the_preview_carries_everything_on_to_the_second_step(operator, ready):
    given = order(domains=["clinical"], scripts=["13"], note="Kept.", validate_only="on")
    page = operator.post(START, given).content.decode()
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    assert {("domains", "clinical"), ("scripts", "13"), ("note", "Kept."), ("validate_only", "True")} <= set(hidden)


def test_only_validating_starts_a_validation_without_repairs(operator, ready):
    given = order(parts=["offices", "repair_order_doctors"], validate_only="on", start="1")
    operator.post(START, given)
    run = Run.objects.get()
    assert run.kind == Run.Kind.VALIDATION
    assert [one.entity for one in run.entity_runs.all()] == ["offices"]


@pytest.mark.parametrize(
    "given, words",
    [
        ({}, "Choose at least one domain, script or entity, or all of them."),
        ({"everything": "on", "parts": ["offices"]}, "Either all, or some of them"),
        ({"parts": ["offices"], "batch_size": 3}, "greater than or equal to 500"),
        ({"parts": ["offices"], "limit": 0}, "greater than or equal to 1"),
        ({"parts": ["unicorns"]}, "unicorns is not one of the available choices"),
        ({"parts": ["offices"], "validate_only": "on", "dry_run": "on"}, "leave out the dry run"),
        ({"parts": ["offices"], "validate_only": "on", "limit": 5}, "leave out the limit"),
        ({"parts": ["repair_order_doctors"], "validate_only": "on"}, "choose the entity that it repairs"),
    ],
)
@pytest.mark.parametrize("step", [{}, {"start": "1"}])
def test_what_cannot_be_is_said_in_the_form(operator, ready, given, words, step):
    page = plain(operator.post(START, {**order(), **given, **step}))
    assert words in page
    assert not Run.objects.exists()


def test_what_stands_in_the_way_is_said_all_at_once(operator, monkeypatch):
    monkeypatch.setattr(start_run, "problems", lambda work: ["The first thing.", "The second thing."])
    page = plain(operator.post(START, order(parts=["offices"])))
    assert "The first thing. The second thing." in page
    assert "What will run" not in page


def test_an_entity_in_the_hands_of_another_run_is_refused_and_nothing_is_left(operator, ready):
    other = Run.objects.create(requested_by="ada", state=State.QUEUED)
    entity_run(other, "offices", 1, state=State.PLANNED)
    page = plain(operator.post(START, order(parts=["offices"], start="1")))
    assert f"offices is being migrated by run {other.pk} of ada" in page
    assert Run.objects.count() == 1
    assert not OrmQ.objects.exists()


# Schedules -----------------------------------------------------------------------------------------------------


def plan(**given):
    when = {"name": "nightly", "frequency": "daily", "at": "01:30", "weekday": 0}
    return order(**{**when, **given})


def test_a_schedule_is_made_listed_and_removed(operator):
    response = operator.post(SCHEDULES, plan(domains=["clinical"], validate_only="on"), follow=True)
    page = plain(response)
    assert "The schedule nightly is made." in page
    assert "nightly clinical, validation only every day at 01:30" in page
    (made,) = scheduling.schedules()
    assert (made.who, made.plan.domains, made.plan.at) == ("olga", ["clinical"], "01:30")
    page = plain(operator.post(SCHEDULES, {"remove": made.number}, follow=True))
    assert "The schedule is removed" in page
    assert not Schedule.objects.filter(name="nightly").exists()


@pytest.mark.parametrize(
    "given, words",
    [
        ({"at": "25:00"}, "Write hours and minutes like 02:00."),
        ({"name": ""}, "This field is required."),
        ({"frequency": "cron", "cron": "no cron"}, "and this is none: "),
        ({"domains": []}, "Choose at least one domain, script or entity"),
    ],
)
def test_a_schedule_that_cannot_be_is_said(operator, given, words):
    assert words in plain(operator.post(SCHEDULES, plan(**{"domains": ["clinical"], **given})))
    assert scheduling.schedules() == []


def test_a_viewer_sees_the_schedules_and_makes_none(operator, reviewer):
    operator.post(SCHEDULES, plan(everything="on"))
    page = reviewer.get(SCHEDULES)
    assert "nightly everything every day at 01:30" in plain(page)
    assert "Make the schedule" not in texts(page)
    assert reviewer.post(SCHEDULES, plan(name="other", everything="on")).status_code == 403


def test_removing_what_is_not_there_is_said(operator):
    assert "Not done: There is no schedule 4711." in plain(operator.post(SCHEDULES, {"remove": "4711"}, follow=True))
