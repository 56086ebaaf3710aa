"""The page of one failed record, and what is done about it or about a selection in the list."""

from uuid import uuid4

import pytest
from django.db import connections
from django.urls import reverse

from catalog.target.models import Order
from legacy import models as legacy
from runs import services
from runs.ledger.models import Correction, FailedAttempt, FailedRecord, RecordEvent
from runs.models import Run
from tests.admin.conftest import failed_record, staff, texts
from tests.admin.reviewing import BULK, OPERATE, SECRET, SEE, colleague, unknown_codes
from tests.runs.conftest import CORE, insert, order, people, run_entities  # noqa: F401

LIST = reverse("admin:ledger_failedrecord_changelist")
HERE = pytest.mark.django_db(databases=["default", "target", "legacy"])


def page_of(record):
    return reverse("admin:ledger_failedrecord_change", args=[record.pk])


def act(record, action):
    return reverse("admin:ledger_failedrecord_act", args=[record.pk, action])


@HERE
def test_the_page_leads_to_the_group_and_tells_every_attempt(reviewer, world):
    for run, code in ((world.run.pk, "too_long"), (world.run.pk + 1, "unmapped_code")):
        FailedAttempt.objects.create(
            entity="orders", legacy_id="7", stage="transform", code=code, field="status", message="No.",
            fingerprint="a" * 16, run=run, entity_run=uuid4(), page=world.page,
        )  # fmt: skip
    page = texts(reviewer.get(page_of(world.failed)))
    assert reverse("admin:ledger_failedrecord_group", args=[world.failed.fingerprint]) in page
    attempts = page.partition('id="attempts"')[2].partition('id="history"')[0]
    assert attempts.index("Unknown code in status") < attempts.index("Text too long in status")


@HERE
def test_a_viewer_gets_no_button_and_is_refused(reviewer, world):
    page = texts(reviewer.get(page_of(world.failed)))
    assert "<form" not in page.partition('class="m-page"')[2].partition("</main>")[0]
    for name in ("retry", "dismiss", "reopen", "assign", "note"):
        assert reviewer.post(act(world.failed, name), {"reason": "x", "text": "x"}).status_code == 403
    assert not RecordEvent.objects.exists()


@HERE
def test_notes_and_decisions_become_the_history(world):
    operator = colleague("operator", OPERATE)
    staff("ada")
    operator.post(act(world.failed, "note"), {"text": "Asked the clinic."})
    operator.post(act(world.failed, "assign"), {"login": "ada"})
    told = operator.post(act(world.failed, "dismiss"), {"reason": "A test row."}, follow=True)
    assert "1 failed record dismissed." in texts(told)
    assert "A test row." in texts(told)
    operator.post(act(world.failed, "reopen"), {"reason": "It is none."})
    world.failed.refresh_from_db()
    assert (world.failed.state, world.failed.assignee) == ("open", "ada")
    history = texts(operator.get(page_of(world.failed))).partition('id="history"')[2]
    places = [history.index(words) for words in ("It is none.", "A test row.", "To ada.", "Asked the clinic.")]
    assert places == sorted(places)


@HERE
@pytest.mark.parametrize("given", [{"login": "nobody-here"}, {"login": "visitor"}])
def test_only_active_staff_can_be_assigned(world, given, django_user_model):
    django_user_model.objects.create_user("visitor")
    told = colleague("operator", OPERATE).post(act(world.failed, "assign"), given, follow=True)
    assert "Assigned to: Select a valid choice." in texts(told)
    assert not FailedRecord.objects.exclude(assignee="").exists()


# A selection in the list ----------------------------------------------------------------------------------------


def select(client, action, *records, **given):
    data = {"action": action, "_selected_action": [record.pk for record in records], **given}
    return client.post(LIST, data, follow=True)


@HERE
def test_one_selected_record_is_dismissed_by_an_operator_and_two_by_none(world):
    operator = colleague("operator", OPERATE)
    asked = select(operator, "dismiss", world.failed)
    assert "1 failed record" in texts(asked)
    assert "Why these rows need not come" in texts(asked)
    assert FailedRecord.objects.filter(state="open").count() == 2
    assert select(operator, "dismiss", world.failed, world.duplicate).status_code == 403
    select(operator, "dismiss", world.failed, confirmed="yes", reason="A test row.")
    assert set(FailedRecord.objects.filter(state="open")) == {world.duplicate}


@HERE
def test_a_selection_is_dismissed_by_who_may(world):
    approver = colleague("approver", BULK)
    asked = select(approver, "dismiss", world.failed, world.duplicate, confirmed="yes", reason=" ")
    assert "This field is required." in texts(asked)
    told = select(approver, "dismiss", world.failed, world.duplicate, confirmed="yes", reason="Test rows.")
    assert "2 failed records dismissed." in texts(told)
    assert select(approver, "assign", world.failed, confirmed="yes", login="").status_code == 200
    assert FailedRecord.objects.filter(state="dismissed").count() == 2


@HERE
def test_all_records_of_a_filter_are_assigned(world):
    for number in range(60):
        failed_record(world.page, f"1{number}")
    client = colleague("operator", OPERATE)
    data = {"action": "assign", "_selected_action": [world.failed.pk], "select_across": "1", "confirmed": "yes"}
    client.post(f"{LIST}?code=unmapped_code", {**data, "login": "operator"})
    assert FailedRecord.objects.filter(assignee="operator").count() == 61


# With the real engine -------------------------------------------------------------------------------------------


@pytest.fixture
def codes(people, insert, run_entities):  # noqa: F811
    return unknown_codes(insert, run_entities)


def test_the_row_then_and_now_beside_what_would_be_written(codes, legacy_db):
    seeing = colleague("seeing", SEE)
    page = texts(seeing.get(page_of(codes)))
    written = page.partition('id="target"')[2]
    assert '<tr class="m-blamed"> <th scope="row">status</th>' in page
    assert "The code has no agreed meaning" in written
    assert SECRET in written
    assert "10.00" in written
    legacy_db.execute("UPDATE dispatch_instruction SET status = 2, notes = 'other' WHERE id = 41")
    connections["legacy"].close()
    page = texts(seeing.get(page_of(codes)))
    assert "It would go through" in page
    assert '<td class="m-changed">other</td>' in page


def test_a_row_that_is_gone_says_so(codes, legacy_db):
    legacy_db.execute("DELETE FROM dispatch_instruction WHERE id = 41")
    connections["legacy"].close()
    page = texts(colleague("viewer").get(page_of(codes)))
    assert "The legacy row is gone" in page
    assert "Nothing: The legacy row is gone" in page


def test_one_row_is_corrected_after_a_look_at_what_it_would_bring(codes):
    operator = colleague("operator", OPERATE)
    address = reverse("admin:ledger_failedrecord_correct", args=[codes.pk])
    choices = operator.get(page_of(codes)).context_data["correction"].choices
    (token,) = [token for token, choice in choices.items() if choice.wanted.path == "status"]
    assert next(iter(choices)) == token
    given = {"what": token, "new": "2", "reason": "Asked the clinic."}
    preview = operator.post(address, given)
    assert "1 of 1 failed record would go through" in texts(preview)
    operator.post(address, {**given, "confirmed": "yes", "then": "retry"})
    made = Correction.objects.get()
    assert (made.legacy_id, made.path, made.old, made.new) == ("41", "status", "3", "2")
    services.execute(Run.objects.get(kind="retry"))
    assert Order.objects.get().status == "approved"
    page = texts(operator.get(page_of(codes)))
    assert "Closed: a later run migrated the row." in page
    assert "Correct this row" not in page


def test_the_missing_parent_is_linked_with_its_own_failure(people, insert, run_entities):  # noqa: F811
    insert(legacy.Patient, {"id": 6, "user_id": None, "doctor_id": 7, "office_id": 3, "suffix": "00CC", "status": 4})
    insert(legacy.Instruction, order(41, patient_id=6), order(42, patient_id=777))
    run_entities(*CORE, "orders")
    patient = FailedRecord.objects.get(entity="patients")
    viewer = colleague("viewer")
    page = texts(viewer.get(page_of(FailedRecord.objects.get(legacy_id="41"))))
    assert f'href="{page_of(patient)}">failed itself' in page
    page = texts(viewer.get(page_of(FailedRecord.objects.get(legacy_id="42"))))
    assert "the old system has no such row" in page
