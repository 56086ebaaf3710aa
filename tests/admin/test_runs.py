"""The page of a run: does every row add up, and what is the matter if not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from runs.admin.entity_runs import Panel, duration
from runs.engine.identity import fingerprint
from runs.models import EntityRun
from runs.states import State
from tests.admin.conftest import entity_run

pytestmark = pytest.mark.django_db(databases=["default", "target"])

LIST = reverse("admin:runs_run_changelist")


def page_of(client, run):
    return client.get(reverse("admin:runs_run_change", args=[run.pk]))


def plain(response):
    """The text without its tags."""
    import re

    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_equation_of_an_entity_that_balances(reviewer, world):
    page = plain(page_of(reviewer, world.run))
    assert "1,200 in scope = 1,198 created + 2 failed check_circle Balances." in page
    assert "10 in scope = 6 created + 4 matched check_circle Balances." in page
    assert "Entities that balance 2 of 2" in page
    assert "300 of 1,500 legacy rows are out of scope." in page
    assert "Does not balance" not in page


@pytest.mark.parametrize(
    "created, words",
    [
        (1150, "Does not balance: 48 rows are not accounted for."),
        (1201, "Does not balance: 3 rows more than there should be."),
    ],
)
def test_an_entity_that_does_not_balance_says_by_how_much(reviewer, world, created, words):
    EntityRun.objects.filter(pk=world.orders.pk).update(created=created, state=State.BROKEN)
    assert words in plain(page_of(reviewer, world.run))


def test_rows_that_one_row_became_are_part_of_the_equation(reviewer, world):
    EntityRun.objects.filter(pk=world.orders.pk).update(expanded=40, created=1238)
    page = plain(page_of(reviewer, world.run))
    assert "1,200 in scope + 40 expanded = 1,238 created" in page
    assert "Does not balance" not in page


def test_a_running_entity_has_rows_to_come_and_a_time_left(world):
    running = entity_run(
        world.run,
        "patients",
        3,
        state=State.RUNNING,
        in_scope=400,
        created=100,
        seconds=30,
        started_at=timezone.now(),
        heartbeat_at=timezone.now(),
    )
    panel = Panel(running)
    assert panel.verdict == ("open", "300 rows are still to come.")
    assert (panel.percent, panel.remaining, panel.silent) == (25, "1 min 30 s", "")


def test_a_silent_entity_is_reported(reviewer, world):
    long_ago = timezone.now() - timedelta(minutes=11)
    entity_run(world.run, "patients", 3, state=State.RUNNING, started_at=long_ago, heartbeat_at=long_ago)
    assert "No sign of life for 11 min" in plain(page_of(reviewer, world.run))


def test_failures_by_group_lead_to_the_failed_records(reviewer, world):
    response = page_of(reviewer, world.run)
    assert "2 Unknown code in status" in plain(response)
    assert "3 doctor: set null: missing parent" in plain(response)
    urls = response.content.decode().replace("&amp;", "&")
    group = fingerprint("orders", "transform", "unmapped_code", "status", "")
    assert reverse("admin:ledger_failedrecord_group", args=[group]) in urls
    assert f"/admin/ledger/failedrecord/?entity=orders&run={world.run.pk}" in urls
    assert f"/admin/ledger/page/?entity=orders&run={world.run.pk}" in urls


def test_environment_and_options(reviewer, world):
    page = plain(page_of(reviewer, world.run))
    assert "Databases › target platform at db2" in page
    assert "Code v1-abc123" in page
    assert "Batch size 2000" in page


def test_a_dry_run_is_marked_and_leads_to_no_rows(reviewer, world):
    response = page_of(reviewer, world.dry_run)
    assert "dry run: nothing is kept" in plain(response)
    assert f"run={world.dry_run.pk}" not in response.content.decode()


def test_the_list_adds_up_the_entities(reviewer, world):
    page = plain(reviewer.get(LIST))
    assert f"Run {world.run.pk}" in page
    assert "completed with failures" in page
    (shown,) = [run for run in reviewer.get(LIST).context_data["cl"].result_list if run.pk == world.run.pk]
    assert (shown.sum_created, shown.sum_matched, shown.sum_failed) == (1204, 4, 2)


@pytest.mark.parametrize(
    "query, runs",
    [
        ({"state__exact": "succeeded"}, ["dry_run"]),
        ({"dry_run__exact": "0"}, ["run"]),
        ({"started_at_from": "01/01/2020"}, ["dry_run", "run"]),
        ({"started_at_to": "01/01/2020"}, []),
        ({"started_at_to": f"{timezone.now():%d/%m/%Y}"}, ["dry_run", "run"]),
        ({"started_at_from": "no date"}, ["dry_run", "run"]),
    ],
)
def test_filters_of_runs(reviewer, world, query, runs):
    found = reviewer.get(LIST, query).context_data["cl"].result_list
    assert list(found) == [getattr(world, name) for name in runs]


@pytest.mark.parametrize(
    "seconds, words",
    [(None, "–"), (0.25, "0.2 s"), (42, "42 s"), (185, "3 min 5 s"), (59.7, "1 min 0 s"), (7805, "2 h 10 min")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words
