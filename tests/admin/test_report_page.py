"""The report in the admin: read, printed and taken away by those who may see runs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalog.target.models import Office
from legacy.models import Office as LegacyOffice
from runs import services
from runs.ledger.models import Correction
from runs.reporting.formats import FORMATS
from tests.admin.conftest import LEGACY_VALUES, World, client_of, staff, texts

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

HERE = reverse("report")


def test_a_report_is_for_those_who_may_see_runs(world: World, reviewer: Client):
    stranger = client_of(staff("stranger", "ledger.view_mapping"))
    assert stranger.get(HERE).status_code == 403
    assert Client().get(HERE).status_code == 302
    page = texts(reviewer.get(HERE))
    assert "The whole migration" in page and "Nothing is added across columns or tables" in page
    assert reverse("report") in texts(reviewer.get(reverse("admin:index")))
    assert f'href="{HERE}"' not in texts(stranger.get(reverse("admin:index")))


def test_a_run_and_a_domain_can_be_chosen(world: World, reviewer: Client):
    page = texts(reviewer.get(HERE, {"of": f"run-{world.run.pk}"}))
    assert f"<h1>Run {world.run.pk}</h1>" in page
    assert f'<option value="run-{world.run.pk}" selected>' in page
    assert f'<option value="run-{world.dry_run.pk}"' not in page
    assert "<h1>The domain clinical</h1>" in texts(reviewer.get(HERE, {"of": "clinical"}))
    refused = reviewer.get(HERE, {"of": "run-4711"})
    assert refused.status_code == 400
    assert "There is no run 4711" in texts(refused)


def test_it_is_taken_away_as_a_file(world: World, reviewer: Client):
    for name, form in FORMATS.items():
        response = reviewer.get(HERE, {"of": "clinical", "format": name})
        assert response["Content-Type"] == form.media_type
        assert 'attachment; filename="clinical-20' in response["Content-Disposition"]
        if name in ("html", "json"):
            assert services.check_report(response.content).problem == ""
    assert reviewer.get(HERE, {"format": "doc"}).status_code == 400


def test_no_legacy_value_is_shown_even_to_those_who_may_see_them(world: World, boss: Client):
    Correction.objects.create(
        entity="orders",
        field="status",
        path="status",
        old=LEGACY_VALUES[0],
        new=LEGACY_VALUES[1],
        reason="R",
        author="a",
    )
    page = texts(boss.get(HERE))
    assert not [value for value in LEGACY_VALUES if value in page]


def test_the_pages_of_runs_lead_to_it(world: World, reviewer: Client):
    page = texts(reviewer.get(reverse("admin:runs_run_change", args=[world.run.pk])))
    assert f"{HERE}?of=run-{world.run.pk}" in page


# The look-up -------------------------------------------------------------------------------------------------

LOOKUP = reverse("lookup")


def test_the_look_up_is_for_those_who_may_see_the_ledger(world: World, reviewer: Client):
    stranger = client_of(staff("stranger", "runs.view_run"))
    assert stranger.get(LOOKUP).status_code == 403
    assert f'href="{LOOKUP}"' not in texts(stranger.get(reverse("admin:index")))
    dashboard = texts(reviewer.get(reverse("admin:index")))
    assert f'href="{LOOKUP}"' in dashboard and f'action="{LOOKUP}"' in dashboard


def test_a_row_is_found_by_its_uuid(world: World, reviewer: Client):
    page = texts(reviewer.get(LOOKUP, {"q": str(world.office.pk)}))
    assert "<h2>offices 31</h2>" in page
    assert reverse("admin:ledger_mapping_change", args=[world.mapping.pk]) in page
    assert reverse("admin:runs_run_change", args=[world.run.pk]) in page
    assert "doctor_offices.office" in page


def test_links_lead_only_where_the_reader_may_go(world: World, reviewer: Client, boss: Client):
    row = reverse(f"admin:target_{Office._meta.model_name}_change", args=[world.office.pk])
    assert row not in texts(reviewer.get(LOOKUP, {"q": "offices 31"}))
    assert row in texts(boss.get(LOOKUP, {"q": "offices 31"}))
    narrow = client_of(staff("narrow", "ledger.view_failedrecord"))
    page = texts(narrow.get(LOOKUP, {"q": "offices 31"}))
    assert str(world.office.pk) not in page.replace(f'value="{world.office.pk}"', "")
    assert reverse("admin:runs_run_change", args=[world.run.pk]) not in page
    assert LegacyOffice._meta.db_table in page or "none" in page


def test_a_failed_record_is_found_without_its_values(world: World, boss: Client):
    page = texts(boss.get(LOOKUP, {"q": "orders:7"}))
    assert "Unknown code in status" in page
    assert reverse("admin:ledger_failedrecord_change", args=[world.failed.pk]) in page
    assert not [value for value in (*LEGACY_VALUES, "4711") if value in page]


def test_the_look_up_says_what_is_wrong(world: World, boss: Client):
    assert "There is no entity or table &#x27;ordrs&#x27;" in texts(boss.get(LOOKUP, {"q": "ordrs 7"}))
    assert "Nothing has this key" in texts(boss.get(LOOKUP, {"q": "orders 4711"}))
    assert "&lt;b&gt;" in texts(boss.get(LOOKUP, {"q": "<b>"}))


# Sign-offs ---------------------------------------------------------------------------------------------------

SIGN_OFFS = reverse("admin:runs_signoff_changelist")
SIGN, REVOKE = reverse("admin:runs_signoff_sign"), reverse("admin:runs_signoff_revoke")
OFFICES = {"entity": "offices", "role": "finance"}


def test_each_role_signs_for_itself_alone(world: World):
    viewer, view = client_of(staff("viewer", "runs.view_signoff")), "runs.view_signoff"
    clinic = client_of(staff("clinic", view, "runs.sign_off_clinical"))
    finance = client_of(staff("finance", view, "runs.sign_off_finance"))
    assert client_of(staff("stranger")).get(SIGN_OFFS).status_code == 403
    for client in (viewer, clinic):
        assert client.post(SIGN, OFFICES).status_code == 403
        assert client.post(REVOKE, OFFICES).status_code == 403
    assert finance.post(SIGN, {**OFFICES, "role": "nobody"}).status_code == 403
    assert finance.get(SIGN).status_code == 405

    assert "Accept these totals" not in texts(viewer.get(SIGN_OFFS))
    assert finance.post(SIGN, {**OFFICES, "note": "Checked."}).url == f"{SIGN_OFFS}#offices"
    page = texts(finance.get(SIGN_OFFS))
    assert "offices is signed for finance." in page
    assert "1 signed" in page and "Checked." in page and "Revoke the finance signature" in page
    assert "Revoke" not in texts(clinic.get(SIGN_OFFS)).replace("Revoked", "")

    world.mapping.delete()
    stale = texts(finance.get(SIGN_OFFS))
    assert "1 stale" in stale and "arrived: 1 at the time, 0 at this moment" in stale
    finance.post(REVOKE, OFFICES)
    assert "0 stale" in texts(finance.get(SIGN_OFFS))


def test_what_was_not_seen_is_not_signed(world: World, boss: Client):
    boss.post(SIGN, {**OFFICES, "seen": "0" * 64})
    page = texts(boss.get(SIGN_OFFS))
    assert "have changed since you were shown them" in page and "0 signed" in page
