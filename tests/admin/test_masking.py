"""A secret is planted wherever legacy values are kept: no page or file of the review tells it to the unauthorised."""

import io
import uuid

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from legacy.looks import LOOKED
from runs.ledger.models import BeforeImage, Correction, FailedAttempt, FailedRecord, RemovedRow, Resolution
from tests.admin.conftest import texts
from tests.admin.reviewing import BULK, OPERATE, SECRET, SEE, colleague, unknown_codes
from tests.runs.conftest import insert, people, run_entities  # noqa: F401

MODELS = ("failedrecord", "correction", "resolution", "beforeimage", "removedrow", "pendingreference")


@pytest.fixture
def planted(people, insert, run_entities, caplog):  # noqa: F811
    """A failed record of the real engine whose row holds the secret, with a row in every table beside it."""
    record = unknown_codes(insert, run_entities)
    source = {**record.source, "status": SECRET}
    FailedRecord.objects.filter(pk=record.pk).update(source=source)
    facts = {"entity": "orders", "legacy_id": "41", "run": record.run}
    Correction.objects.create(
        entity="orders", legacy_id="41", field="notes", path="notes", old=SECRET, new=f"{SECRET}!", reason="Asked."
    )
    Resolution.objects.create(**facts, field="notes", rule="x", old=SECRET, new=SECRET, page_id=record.page_id)
    BeforeImage.objects.create(
        **facts, target_id=uuid.uuid4(), before={"notes": SECRET}, after={"notes": SECRET},
        entity_run=record.entity_run, page_id=record.page_id,
    )  # fmt: skip
    RemovedRow.objects.create(**facts, target_id=uuid.uuid4(), content={"notes": SECRET})
    FailedAttempt.objects.filter(legacy_id="41").delete()
    return FailedRecord.objects.get(pk=record.pk)


def addresses(record):
    """Every page of the review that shows rows: lists, details, groups."""
    yield reverse("admin:ledger_failedrecord_groups")
    yield reverse("admin:ledger_failedrecord_group", args=[record.fingerprint])
    yield reverse("admin:ledger_failedrecord_change", args=[record.pk])
    for name in MODELS:
        yield reverse(f"admin:ledger_{name}_changelist")
    for model in (Correction, Resolution, BeforeImage, RemovedRow):
        yield reverse(f"admin:ledger_{model._meta.model_name}_change", args=[model.objects.get().pk])


def sent(client, record):
    """What comes back of everything that may be sent, with its messages."""
    act, group = "admin:ledger_failedrecord_act", "admin:ledger_failedrecord_act_on_group"
    for name, given in (
        ("note", {"text": "x"}),
        ("assign", {"login": ""}),
        ("retry", {}),
        ("dismiss", {"reason": "x"}),
    ):
        yield client.post(reverse(act, args=[record.pk, name]), given, follow=True)
    yield client.post(reverse(act, args=[record.pk, "reopen"]), follow=True)
    yield client.post(reverse(group, args=[record.fingerprint, "note"]), {"text": "x"}, follow=True)
    page = client.get(reverse("admin:ledger_failedrecord_group", args=[record.fingerprint]))
    for choice in page.context_data["correction"].choices.values():
        address = reverse("admin:ledger_failedrecord_correct_group", args=[record.fingerprint])
        for new in ("2", "no number", ""):
            yield client.post(address, {"what": choice.token, "new": new, "reason": "x"}, follow=True)
    revoked = reverse("admin:ledger_correction_revoke", args=[Correction.objects.get().pk])
    yield client.post(revoked, {"reason": "x"}, follow=True)


def test_no_page_tells_the_secret_to_who_may_not_see_it(planted, caplog):
    client = colleague("operator", OPERATE, BULK)
    for address in addresses(planted):
        response = client.get(address)
        assert (address, response.status_code) == (address, 200)
        assert (address, SECRET in texts(response)) == (address, False)
    for number, response in enumerate(sent(client, planted)):
        assert (number, response.status_code, SECRET in texts(response)) == (number, 200, False)
    assert SECRET not in caplog.text
    assert not LogEntry.objects.filter(action_flag=LOOKED).exists()


def test_who_may_see_it_does_and_every_look_is_on_record(planted):
    client = colleague("seeing", SEE, OPERATE)
    shown = [address for address in addresses(planted) if SECRET in texts(client.get(address))]
    silent = {reverse("admin:ledger_failedrecord_groups")}
    silent |= {
        reverse(f"admin:ledger_{name}_changelist") for name in ("failedrecord", "removedrow", "pendingreference")
    }
    assert set(addresses(planted)) - set(shown) == silent
    looks = LogEntry.objects.filter(action_flag=LOOKED)
    assert looks.count() == len(shown)
    assert SECRET not in str(list(looks.values_list("change_message", "object_repr")))


@pytest.mark.parametrize(("name", "resource"), [("failedrecord", "0"), ("failedrecord", "1"), ("correction", "0")])
def test_no_file_tells_it_either(planted, name, resource):
    address = reverse(f"admin:ledger_{name}_export")
    masked, seeing = colleague("operator", OPERATE), colleague("seeing", SEE)
    assert SECRET not in masked.post(address, {"format": "0", "resource": resource}).content.decode()
    assert SECRET in seeing.post(address, {"format": "0", "resource": resource}).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(masked.post(address, {"format": "1", "resource": resource}).content))
    assert SECRET not in str([[cell.value for cell in row] for row in book.active.rows])
