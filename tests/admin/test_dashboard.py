"""The first page, in good days and in bad ones."""

import re

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from runs.ledger.models import FailedRecord
from runs.models import EntityRun, Run
from runs.states import State
from tests.admin.conftest import client_of, entity_run, failed_record, staff

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

HOME = reverse("admin:index")


def plain(response):
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def target_down(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connections["target"], "cursor", refuse)


def test_an_empty_database(boss):
    page = plain(boss.get(HOME))
    assert "No run yet" in page
    assert "No failed record is open." in page


def test_the_last_run_and_its_entities(reviewer, world):
    entity_run(world.dry_run, "offices", 1, in_scope=10, created=9, failed=1)
    page = plain(reviewer.get(HOME))
    assert f"Run {world.dry_run.pk}" in page
    assert "offices 9 of 10 1 failed" in page


def test_totals_come_from_real_runs_by_domain(reviewer, world):
    entity_run(world.dry_run, "orders", 1, in_scope=5000, created=1)
    page = plain(reviewer.get(HOME))
    assert "All domains 99.8 % 1,208 of 1,210 rows 2 failed" in page
    assert "Clinical 99.8 % 1,198 of 1,200 rows 2 failed" in page
    assert "Business 100.0 % 10 of 10 rows 1 of" in page
    assert "Communications – no row counted yet" in page


def test_a_run_that_was_taken_back_counts_no_longer(reviewer, world):
    EntityRun.objects.filter(pk=world.orders.pk).update(state=State.UNDONE)
    assert "Clinical – no row counted yet" in plain(reviewer.get(HOME))


def test_a_retry_changes_the_totals_and_a_validation_or_a_rollback_does_not(reviewer, world):
    def later(**changes):
        run = Run.objects.create(requested_by="ada", state=State.SUCCEEDED, **changes)
        return entity_run(run, "orders", 1, in_scope=1, created=1)

    later(kind=Run.Kind.VALIDATION)
    later(kind=Run.Kind.UNDO)
    assert "Clinical 99.8 % 1,198 of 1,200 rows 2 failed" in plain(reviewer.get(HOME))
    later(kind=Run.Kind.RETRY, options={"ids": {"orders": ["7"]}})
    assert "Clinical 99.9 % 1,199 of 1,200 rows 1 failed" in plain(reviewer.get(HOME))


def test_open_failures_by_cause_lead_to_their_records(reviewer, world):
    failed_record(world.page, "9")
    failed_record(world.page, "10", state=FailedRecord.State.CLOSED)
    response = reviewer.get(HOME)
    assert "2 Unknown code orders status 1 Duplicate orders" in plain(response)
    assert "All 3 open failed records" in plain(response)
    urls = response.content.decode().replace("&amp;", "&")
    assert "/admin/ledger/failedrecord/groups/aaaaaaaaaaaaaaaa/" in urls


def test_it_says_which_databases_answer(reviewer, world):
    page = plain(reviewer.get(HOME))
    assert page.count("cannot be reached") == 0
    for alias in ("default", "legacy", "target"):
        assert connections[alias].settings_dict["NAME"] in page


def test_with_the_target_down_it_says_so(reviewer, world, target_down):
    page = plain(reviewer.get(HOME))
    assert page.count("cannot be reached") == 1
    assert "nobody can say what is open" in page
    assert f"Run {world.dry_run.pk}" in page


@pytest.mark.parametrize("page", ["admin:ledger_mapping_changelist", "admin:ledger_failedrecord_changelist"])
def test_with_the_target_down_the_ledger_leads_back_to_the_dashboard(reviewer, world, target_down, page):
    response = reviewer.get(reverse(page), follow=True)
    assert response.redirect_chain == [(HOME, 302)]
    assert "The database “target” cannot be read just now" in plain(response)


def test_it_asks_little_and_counts_no_mapping(reviewer, world):
    with (
        CaptureQueriesContext(connections["target"]) as ledger,
        CaptureQueriesContext(connections["default"]) as control,
    ):
        reviewer.get(HOME)
    assert len(ledger) == 1
    assert "migration_mappings" not in ledger[0]["sql"]
    assert len(control) <= 15


def test_staff_without_permissions_learns_nothing(world):
    page = plain(client_of(staff("newcomer")).get(HOME))
    assert "Your account may not see runs or failed records." in page
    assert "orders" not in page
    assert "target" not in page.lower()


def test_the_sidebar_offers_what_may_be_opened(boss, reviewer, world):
    everything, some = (client.get(HOME).content.decode() for client in (boss, reviewer))
    for link in ("/admin/ledger/mapping/", "/admin/runs/run/"):
        assert f'href="{link}"' in everything
        assert f'href="{link}"' in some
    for link in ("/admin/legacy/patient/", "/admin/target/office/", "/admin/auth/user/", "/admin/django_q/success/"):
        assert f'href="{link}"' in everything
        assert f'href="{link}"' not in some


def test_what_is_under_way_and_what_needs_somebody(reviewer, world):
    moving = Run.objects.create(requested_by="ada", state=State.QUEUED)
    entity_run(moving, "patients", 1, state=State.PLANNED)
    stopped = Run.objects.create(requested_by="bob", state=State.BROKEN, problem="The numbers do not balance.")
    page = plain(reviewer.get(HOME))
    assert f"Under way Run {moving.pk} migration queued ada" in page
    assert f"Needs somebody Run {stopped.pk} broken The numbers do not balance. bob" in page


def test_the_part_that_refreshes_asks_for_itself_only_while_something_goes_on(reviewer, world):
    part = reverse("admin:runs_run_now")
    assert "data-refresh" not in reviewer.get(part).content.decode()
    run = Run.objects.create(requested_by="ada", state=State.QUEUED)
    entity_run(run, "patients", 1, state=State.PLANNED)
    assert f'data-refresh="{part}"' in reviewer.get(HOME).content.decode()


def test_those_who_may_start_runs_have_the_button(world):
    operator = client_of(staff("olga", "runs.view_run", "runs.operate_run"))
    assert reverse("admin:runs_run_start") in operator.get(HOME).content.decode()
    assert reverse("admin:runs_run_start") not in client_of(staff("vera", "runs.view_run")).get(HOME).content.decode()
