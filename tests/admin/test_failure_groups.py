"""Failed records by cause: the list, the page of a group, and what is done about all of its records."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import OrmQ

from catalog.target.models import Order
from legacy import models as legacy
from runs import services
from runs.ledger.models import Correction, FailedRecord, Mapping, RecordEvent
from runs.models import Run
from tests.admin.conftest import failed_record, texts
from tests.admin.reviewing import BULK, OPERATE, SECRET, SEE, colleague, unknown_codes
from tests.runs.conftest import CORE, insert, order, people, run_entities  # noqa: F401

DATABASES = ["default", "target", "legacy"]
GROUPS = reverse("admin:ledger_failedrecord_groups")
GROUP = "admin:ledger_failedrecord_group"
CODES, DUPLICATES = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"


def act(fingerprint, action):
    return reverse("admin:ledger_failedrecord_act_on_group", args=[fingerprint, action])


def causes(response):
    return [line.group.fingerprint for line in response.context_data["lines"]]


@pytest.mark.django_db(databases=DATABASES)
def test_a_group_says_its_cause_in_words_its_size_and_what_helps(reviewer, world):
    failed_record(world.page, "9")
    page = texts(reviewer.get(GROUPS))
    assert "3 failed records of 2 causes" in page
    assert "Unknown code" in page
    assert "66.7 %" in page
    assert "Find out what the code means" in page
    assert "status: number with 4 digits" in page
    assert f"Run {world.run.pk}" in page
    assert page.index("Unknown code") < page.index("Duplicate")


@pytest.mark.django_db(databases=DATABASES)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {CODES, DUPLICATES}),
        ({"text": "unknown"}, {CODES}),
        ({"text": "orders_key"}, {DUPLICATES}),
        ({"text": "no agreed meaning", "stage": "transform"}, {CODES}),
        ({"text": "unknown", "stage": "load"}, set()),
        ({"stage": "load"}, {DUPLICATES}),
        ({"entity": "orders"}, {CODES, DUPLICATES}),
        ({"entity": "offices"}, set()),
        ({"domain": "clinical"}, {CODES, DUPLICATES}),
        ({"domain": "business"}, set()),
        ({"state": "closed"}, set()),
        ({"state": "any"}, {CODES, DUPLICATES}),
    ],
)
def test_groups_are_narrowed_by_words_and_kind(reviewer, world, query, found):
    assert set(causes(reviewer.get(GROUPS, query))) == found


@pytest.mark.django_db(databases=DATABASES)
def test_reset_shows_all_of_them_again(reviewer, world):
    narrowed = reviewer.get(GROUPS, {"text": "unknown"})
    assert f'href="{GROUPS}">Reset</a>' in texts(narrowed)
    assert len(causes(reviewer.get(GROUPS))) == 2
    assert "Reset</a>" not in texts(reviewer.get(GROUPS))


@pytest.mark.django_db(databases=DATABASES)
def test_the_number_of_queries_does_not_grow_with_the_groups(reviewer, world):
    def asked():
        with CaptureQueriesContext(connections["target"]) as queries:
            reviewer.get(GROUPS)
        return len(queries)

    few = asked()
    for number in range(20):
        failed_record(world.page, f"1{number}", fingerprint=f"{number:016}")
    assert asked() == few


@pytest.mark.django_db(databases=DATABASES)
def test_the_sidebar_leads_to_the_groups(reviewer, world):
    assert f'href="{GROUPS}"' in texts(reviewer.get(reverse("admin:index")))


@pytest.mark.django_db(databases=DATABASES)
def test_a_viewer_sees_a_group_and_no_button(reviewer, world):
    page = texts(reviewer.get(reverse(GROUP, args=[CODES])))
    assert "orders 7" in page
    assert "Retry all" not in page
    assert "Correct by one rule" not in page
    assert {reviewer.post(act(CODES, name), {"reason": "x"}).status_code for name in ("retry", "dismiss")} == {403}
    assert FailedRecord.objects.filter(state="open").count() == 2


@pytest.mark.django_db(databases=DATABASES)
def test_an_operator_may_not_dismiss_a_group(world):
    operator = colleague("operator", OPERATE)
    page = texts(operator.get(reverse(GROUP, args=[CODES])))
    assert "Retry all" in page
    assert "Dismiss all" not in page
    assert operator.post(act(CODES, "dismiss"), {"reason": "Test data."}).status_code == 403


@pytest.mark.django_db(databases=DATABASES)
def test_a_group_is_dismissed_with_a_reason_and_reopened(world):
    approver = colleague("approver", BULK)
    told = approver.post(act(CODES, "dismiss"), {"reason": " "}, follow=True)
    assert "Reason: This field is required." in texts(told)
    told = approver.post(act(CODES, "dismiss"), {"reason": "Test data of 2019."}, follow=True)
    assert "1 failed record dismissed." in texts(told)
    event = RecordEvent.objects.get()
    assert (event.who, event.action, event.text) == ("approver", "dismiss", "Test data of 2019.")
    assert CODES not in causes(approver.get(GROUPS))
    approver.post(act(CODES, "reopen"))
    assert CODES in causes(approver.get(GROUPS))


@pytest.mark.django_db(databases=DATABASES)
def test_an_address_that_names_no_group_or_action_says_so(boss, world):
    assert "There is no such group" in texts(boss.get(reverse(GROUP, args=["0" * 16]), follow=True))
    assert boss.post(act(CODES, "delete")).status_code == 404
    assert boss.get(act(CODES, "dismiss")).status_code == 405


# With the real engine -------------------------------------------------------------------------------------------


@pytest.fixture
def codes(people, insert, run_entities):  # noqa: F811
    return unknown_codes(insert, run_entities)


def rule(client, record, **given):
    """Sends the form for a rule about the value of this record."""
    address = reverse("admin:ledger_failedrecord_correct_group", args=[record.fingerprint])
    page = client.get(reverse(GROUP, args=[record.fingerprint]))
    (choice,) = [c for c in page.context_data["correction"].choices.values() if c.wanted.old == "3"]
    return client.post(address, {"what": choice.token, "reason": "Asked the clinic.", **given}, follow=True)


def test_one_rule_is_tried_first_then_made_and_the_group_retried(codes):
    operator = colleague("operator", OPERATE)
    preview = rule(operator, codes, new="2")
    assert "3 of 3 failed records would go through" in texts(preview)
    assert SECRET not in texts(preview)
    assert not Correction.objects.exists()
    told = rule(operator, codes, new="2", confirmed="yes", then="retry")
    made, run = Correction.objects.get(), Run.objects.filter(kind="retry").get()
    assert (made.old, made.new, made.legacy_id, made.author) == ("3", "2", "", "operator")
    assert f"Correction {made.pk} is in force" in texts(told)
    assert run.state == "queued"
    assert OrmQ.objects.count() == 1
    services.execute(run)
    assert Order.objects.filter(status="approved").count() == 3
    assert set(FailedRecord.objects.filter(state="open").values_list("legacy_id", flat=True)) == {"44"}


def test_a_rule_that_does_not_help_says_so_before_it_is_made(codes):
    preview = texts(rule(colleague("operator", OPERATE), codes, new="77"))
    assert "0 of 3 failed records would go through" in preview
    assert "The code has no agreed meaning" in preview


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "exactly one of the ways"),
        ({"new": "2", "nothing": "on"}, "exactly one of the ways"),
        ({"new": "soon"}, "status takes a whole number"),
        ({"new": "2", "reason": ""}, "This field is required."),
        ({"new": "2", "what": "f" * 24}, "Choose the wrong value."),
    ],
)
def test_a_rule_that_cannot_be_says_why(codes, given, said):
    assert said in texts(rule(colleague("operator", OPERATE), codes, **given))
    assert not Correction.objects.exists()


def test_the_wrong_values_are_shapes_without_the_permission(codes):
    def choices(client):
        return texts(client.get(reverse(GROUP, args=[codes.fingerprint]))).partition('class="m-choices"')[2][:2000]

    assert "number with 1 digit" in choices(colleague("operator", OPERATE))
    assert '<span class="">3</span>' in choices(colleague("privileged", OPERATE, SEE))


def test_a_missing_parent_is_answered_by_a_key_that_has_to_exist(people, insert, run_entities):  # noqa: F811
    insert(legacy.Instruction, *(order(number, patient_id=777) for number in (41, 42)), order(44))
    run_entities(*CORE, "orders")
    (group,) = services.groups()
    operator = colleague("operator", OPERATE)
    address = reverse("admin:ledger_failedrecord_correct_group", args=[group.fingerprint])
    page = operator.get(reverse(GROUP, args=[group.fingerprint]))
    assert "The row of patients with this legacy key" in texts(page)
    (token,) = page.context_data["correction"].choices
    given = {"what": token, "reason": "The same person."}
    assert "No row of patients with this legacy key" in texts(operator.post(address, {**given, "new": "6"}))
    assert "has no row" in texts(operator.post(address, {**given, "target_id": "0" * 32}))
    assert "2 of 2 failed records would go through" in texts(operator.post(address, {**given, "new": "5"}))
    there = Mapping.objects.get(entity="patients", legacy_id="5").target_id
    assert "2 of 2 failed records would go through" in texts(operator.post(address, {**given, "target_id": there}))
