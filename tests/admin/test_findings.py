"""The list of findings: the worst can be filtered out, the rows are a click away, and nothing can be changed."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from runs.models import EntityRun, Finding, Run
from runs.states import State
from tests.admin.conftest import client_of, staff, texts

pytestmark = pytest.mark.django_db(databases=["default", "target"])

LIST = reverse("admin:runs_finding_changelist")


@pytest.fixture
def run(db):
    return Run.objects.create(requested_by="ada", state=State.COMPLETED_WITH_FAILURES)


@pytest.fixture
def finding(run):
    facts = {"check_name": "values", "entity": "offers", "origin": "introduced", "run": run}
    Finding.objects.create(
        code="dangling", severity="info", message="Their keys lead nowhere.", field="doctor", state="fixed", **facts
    )
    return Finding.objects.create(
        code="different",
        severity="error",
        field="price_both",
        message="These rows hold something else.",
        rows=1200,
        sample=["3", "target:00000000-0000-4000-8000-000000000001"],
        **facts,
    )


def found(response):
    return [row.code for row in response.context_data["cl"].result_list]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({}, ["different", "dangling"]),
        ({"severity__exact": "error"}, ["different"]),
        ({"state__exact": "fixed"}, ["dangling"]),
        ({"origin__exact": "inherited"}, []),
        ({"check": "values"}, ["different", "dangling"]),
        ({"check": "money"}, []),
        ({"entity": "orders"}, []),
        ({"run": "999"}, []),
    ],
)
def test_filters(boss, finding, query, codes):
    assert found(boss.get(LIST, query)) == codes


def test_the_page_of_a_finding_leads_to_its_rows_and_its_run(finding):
    client = client_of(User.objects.create_superuser("root"))
    page = texts(client.get(reverse("admin:runs_finding_change", args=[finding.pk])))
    assert "These rows hold something else." in page
    assert f'<a href="{reverse("admin:legacy_offer_change", args=["3"])}">3</a>' in page
    assert "target:00000000-0000-4000-8000-000000000001" in page
    assert reverse("admin:runs_run_change", args=[finding.run_id]) in page


def test_a_reader_without_other_permissions_gets_no_links(finding):
    client = client_of(staff("auditor", "runs.view_finding"))
    page = texts(client.get(reverse("admin:runs_finding_change", args=[finding.pk])))
    assert reverse("admin:legacy_offer_change", args=["3"]) not in page
    assert f"Run {finding.run_id}" in page


def test_a_run_shows_what_its_validation_found(boss, run, finding):
    place = {"check": "values", "code": "different", "entity": "offers", "field": "price_both"}
    summary = {"findings": [{"severity": "error", "message": "These rows hold something else.", "rows": 1200, **place}]}
    EntityRun.objects.create(
        run=run, entity="validate_offers_discounts", position=1, state=State.COMPLETED_WITH_FAILURES,
        total=9, in_scope=9, read=9, unchanged=9, summary=summary,
    )  # fmt: skip
    page = texts(boss.get(reverse("admin:runs_run_change", args=[run.pk])))
    assert "<b>1,200</b> error: offers.price_both, These rows hold something else." in page
    assert f"{LIST}?entity=offers&amp;check=values&amp;run={run.pk}" in page


def decide(client, finding, action, **given):
    return client.post(LIST, {"action": action, "_selected_action": [finding.pk], "index": 0, **given})


def test_a_decision_asks_for_its_reason_and_is_kept_with_the_finding(boss, finding):
    asked = decide(boss, finding, "waive")
    assert asked.status_code == 200 and "Reason" in asked.content.decode()
    decide(boss, finding, "waive", confirmed="yes", reason="The clinic answers in spring.", until="2099-03-01")
    finding.refresh_from_db()
    assert (finding.state, finding.handled_by) == ("waived", "boss")
    assert (finding.reason, str(finding.waived_until)) == ("The clinic answers in spring.", "2099-03-01")


def test_a_waiver_into_the_past_is_refused_in_words(boss, finding):
    answer = decide(boss, finding, "waive", confirmed="yes", reason="Too late.", until="2001-01-01")
    assert "choose a day to come" in answer.content.decode()
    finding.refresh_from_db()
    assert finding.state == "open"


@pytest.mark.parametrize("action", ["acknowledge", "waive", "reopen"])
def test_without_the_permission_nothing_is_decided(finding, action):
    client = client_of(staff("vic", "runs.view_finding"))
    decide(client, finding, action, confirmed="yes", reason="Because.", until="2099-03-01")
    finding.refresh_from_db()
    assert (finding.state, finding.reason) == ("open", "")
    assert f'value="{action}"' not in client.get(LIST).content.decode()


def test_the_export_has_the_findings_and_guards_against_formulas(boss, finding):
    Finding.objects.filter(pk=finding.pk).update(reason="=1+1")
    fields = dict.fromkeys(("code", "reason", "sample"), "on")
    answer = boss.post(
        reverse("admin:runs_finding_export"),
        {"format": "0", "resource": "0", **{f"findingresource_{k}": v for k, v in fields.items()}},
    )
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/csv")
    assert "different" in text and "'=1+1" in text
