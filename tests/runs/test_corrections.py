"""Corrections: what staff say that legacy values should have been, in every run and in validation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from catalog.registry import spec
from catalog.target import models as target
from legacy import models as legacy
from legacy.reader import Snapshot
from runs import services, validating
from runs.actors import Actor, acting
from runs.engine.correct import live
from runs.engine.readable import as_read
from runs.engine.rows import Batch
from runs.errors import UsageError
from runs.ledger.models import Correction, FailedRecord, Mapping, RecordEvent, Resolution
from runs.models import Run
from runs.services import Selection, Wanted
from runs.services.undoing import Undo
from runs.states import State
from tests.runs.conftest import CORE, Insert, order

Runner = Callable[..., Run]

WHY = "The clinic told us by telephone."
CHECKED = ("accounting", "values", "references")


@pytest.fixture
def unknown_codes(people: None, insert: Insert, run_entities: Runner) -> FailedRecord:
    """Three orders with status 3, of which nobody knows what it means, and one with status 9."""
    insert(legacy.Instruction, *(order(i, status=3) for i in (41, 42, 43)), order(44, status=9))
    assert run_entities(*CORE, "orders").state == State.COMPLETED_WITH_FAILURES
    return FailedRecord.objects.get(legacy_id="41")


@pytest.fixture
def lost_patients(people: None, insert: Insert, run_entities: Runner) -> FailedRecord:
    """Three orders of patient 777, who does not exist, and a sound one."""
    insert(legacy.Instruction, *(order(i, patient_id=777) for i in (41, 42, 43)), order(44))
    assert run_entities(*CORE, "orders").state == State.COMPLETED_WITH_FAILURES
    return FailedRecord.objects.get(legacy_id="41")


def retry(**selection: Any) -> Run:
    return services.execute(services.retry(Selection(**selection)))


def forget_orders() -> None:
    """As if no order had ever been migrated."""
    target.Order.objects.all().delete()
    for model in (Mapping, FailedRecord, Resolution):
        model.objects.filter(entity="orders").delete()


def findings_of(entity: str) -> dict[str, int]:
    with Snapshot() as snapshot:
        return {one.found.kind.code: one.found.rows for one in validating.validate(spec(entity), snapshot, CHECKED)}


def test_one_rule_for_a_code_brings_all_rows_of_its_group_in(unknown_codes: FailedRecord):
    (group,) = services.groups(services.Filter(entity="orders"))
    assert (group.rows, group.code, group.field) == (4, "unmapped_code", "status")
    with acting(Actor("ada", "admin")):
        rule = services.correct_group(group.fingerprint, "3", new="2", reason=WHY)
    assert (rule.path, rule.field, rule.author, rule.legacy_id) == ("status", "status", "ada", "")
    run = retry(fingerprint=group.fingerprint)
    part = run.entity_runs.get()
    assert (part.in_scope, part.created, part.failed, part.balance) == (4, 3, 1, 0)
    assert set(target.Order.objects.values_list("status", flat=True)) == {"approved"}
    applied = Resolution.objects.filter(entity="orders", field="status")
    assert set(applied.values_list("rule", "old", "new", "run")) == {(f"correction: {rule.pk}", "3", "2", run.pk)}
    assert applied.count() == 3
    assert list(FailedRecord.objects.filter(state="open").values_list("legacy_id", "attempts")) == [("44", 2)]


def test_a_missing_parent_means_another_row_for_all_rows_of_the_group(lost_patients: FailedRecord):
    (group,) = services.groups()
    assert (group.rows, group.code, group.field, group.share) == (3, "missing_parent", "patient", 1.0)
    services.correct_group(group.fingerprint, "777", new="5", path="patient_id", reason=WHY)
    assert retry(fingerprint=group.fingerprint).state == State.SUCCEEDED
    assert target.Order.objects.filter(patient__patient_number="PAT-000005").count() == 4
    assert not FailedRecord.objects.filter(state="open").exists()


def test_a_missing_parent_can_be_a_row_of_the_target(lost_patients: FailedRecord):
    patient = target.Patient.objects.get()
    services.correct_group(lost_patients.fingerprint, "777", target_id=patient.pk, reason=WHY)
    assert retry(fingerprint=lost_patients.fingerprint).state == State.SUCCEEDED
    assert target.Order.objects.filter(patient=patient).count() == 4
    assert Resolution.objects.filter(field="patient", old="777", new=str(patient.pk)).count() == 3


def test_a_correction_is_replayed_in_a_fresh_run_and_not_once_it_is_revoked(
    unknown_codes: FailedRecord, run_entities: Runner
):
    rule = services.correct_group(unknown_codes.fingerprint, "3", new="2", reason=WHY)
    retry(fingerprint=unknown_codes.fingerprint)
    forget_orders()
    part = run_entities("orders").entity_runs.get()
    assert (part.created, part.failed, part.balance) == (3, 1, 0)
    forget_orders()
    services.revoke(rule.pk)
    part = run_entities("orders").entity_runs.get()
    assert (part.created, part.failed, part.balance) == (0, 4, 0)
    rule.refresh_from_db()
    assert rule.revoked_at is not None
    with pytest.raises(UsageError, match="revoked"):
        services.revoke(rule.pk)


def test_a_retry_is_taken_back_like_any_run_and_its_correction_is_replayed(lost_patients: FailedRecord):
    services.correct_group(lost_patients.fingerprint, "777", new="5", reason=WHY)
    first = retry(fingerprint=lost_patients.fingerprint)
    assert services.execute(services.undo(Undo(run=first.pk))).state == State.SUCCEEDED
    assert target.Order.objects.count() == 1
    assert set(FailedRecord.objects.values_list("state", "closed_by")) == {("open", None)}
    assert not Resolution.objects.filter(rule__startswith="correction").exists()
    assert retry(fingerprint=lost_patients.fingerprint).state == State.SUCCEEDED
    assert target.Order.objects.count() == 4


def test_what_is_said_of_one_row_goes_before_what_is_said_of_all(unknown_codes: FailedRecord):
    services.correct(Wanted("orders", "status", "3", "2", reason=WHY))
    services.correct(Wanted("orders", "status", "3", "1", legacy_id="42", reason=WHY))
    retry(entity="orders", legacy_ids=["41", "42"])
    assert dict(target.Order.objects.values_list("order_number", "status")) == {
        "00BB-41": "approved",
        "00BB-42": "submitted",
    }


def test_the_legacy_value_is_judged_by_its_text_and_a_changed_one_is_left_alone(
    unknown_codes: FailedRecord, legacy_db: Any
):
    services.correct(Wanted("orders", "status", "3", "2", legacy_id="41", reason=WHY))
    legacy_db.execute("UPDATE dispatch_instruction SET status = 9 WHERE id = 41")
    assert retry(entity="orders", legacy_ids=["41"]).entity_runs.get().failed == 1
    failed = FailedRecord.objects.get(legacy_id="41")
    assert failed.source["status"] == 9


def test_a_row_that_fails_all_the_same_is_recorded_as_it_was_read(unknown_codes: FailedRecord):
    services.correct(Wanted("orders", "status", "3", "9", legacy_id="41", reason=WHY))
    retry(entity="orders", legacy_ids=["41"])
    assert FailedRecord.objects.get(legacy_id="41").source["status"] == 3


def test_the_digest_stays_that_of_the_legacy_row(unknown_codes: FailedRecord, run_entities: Runner):
    services.correct_group(unknown_codes.fingerprint, "3", new="2", reason=WHY)
    retry(fingerprint=unknown_codes.fingerprint)
    again = run_entities("orders").entity_runs.get()
    assert (again.unchanged, again.skipped) == (3, 0)


def test_validation_reads_the_corrected_values(lost_patients: FailedRecord):
    services.correct(Wanted("orders", "patient_id", "777", "5", legacy_id="41", reason=WHY))
    patient = target.Patient.objects.get()
    services.correct(Wanted("orders", "patient_id", "777", target_id=patient.pk, legacy_id="42", reason=WHY))
    services.correct(Wanted("orders", "notes", None, "by hand", legacy_id="43", reason=WHY))
    services.correct(Wanted("orders", "patient_id", "777", "5", legacy_id="43", reason=WHY))
    assert retry(entity="orders").state == State.SUCCEEDED
    assert not {"different", "wrong_row", "stray_link", "unrecorded"} & set(findings_of("orders"))


def test_a_value_that_a_policy_leaves_out_is_one_record_with_its_correction(
    people: None, insert: Insert, run_entities: Runner, legacy_db: Any
):
    legacy_db.execute("UPDATE auth_user SET email = 'nonsense' WHERE id = 9")
    rule = services.correct(Wanted("profiles", "email", "nonsense", "no address either", reason=WHY))
    assert run_entities("profiles").state == State.SUCCEEDED
    applied = Resolution.objects.get(field="email", legacy_id="9")
    assert (applied.rule, applied.old, applied.new) == (f"correction: {rule.pk}; set_null: not_email", "nonsense", None)


def test_a_row_that_could_not_be_split_is_corrected_as_a_whole(people: None, insert: Insert, run_entities: Runner):
    insert(legacy.Jaw, {"id": 8, "bond_teeth": "12"})
    insert(legacy.Instruction, order(41, upper_jaw_id=8))
    run_entities(*CORE, "products", "orders", "jaws", "tooth_markings")
    failed = FailedRecord.objects.get(entity="tooth_markings")
    assert failed.legacy_id == "8"
    services.correct(Wanted("tooth_markings", "bond_teeth", "12", "0" * 14 + "12", legacy_id="8", reason=WHY))
    assert services.what_if("tooth_markings", ["8"])["8"].goes_through
    assert retry(entity="tooth_markings").state == State.SUCCEEDED
    assert sorted(target.ToothMarking.objects.values_list("position", "digit")) == [(15, 1), (16, 2)]
    assert Resolution.objects.filter(entity="tooth_markings", old="12").count() == 2
    failed.refresh_from_db()
    assert failed.state == FailedRecord.State.CLOSED


def test_an_entity_without_corrections_pays_one_query_for_its_run(committed: None):
    batch = Batch(ids=["1"], source={"status": [3]})
    with CaptureQueriesContext(connections["target"]) as queries:
        corrections = live(spec("orders"))
        for _ in range(3):
            assert corrections.applied(batch).source == {"status": [3]}
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted("orders", "colour", "1", "2", reason=WHY), "reads no column colour"),
        (Wanted("orders", "status", "3", "two", reason=WHY), "status takes a whole number"),
        (Wanted("orders", "submitted_at", None, "yesterday", reason=WHY), "takes a date and time"),
        (Wanted("orders", "price", "x", "ten", reason=WHY), "price takes a number"),
        (Wanted("orders", "status", "3", "3", reason=WHY), "is the value that the row has"),
        (Wanted("orders", "status", "3", "2"), "needs a reason"),
        (Wanted("ordres", "status", "3", "2", reason=WHY), "Did you mean orders"),
        (Wanted("orders", "status", "3", target_id="5", reason=WHY), "is no key of a reference"),
        (Wanted("orders", "patient_id", "777", target_id="5", reason=WHY), "named by its UUID"),
        (Wanted("orders", "patient_id", "7", target_id="0" * 32, reason=WHY), "patients has no row"),
        (Wanted("orders", "patient_id", "7", "8", target_id="0" * 32, reason=WHY), "not both"),
        (Wanted("profiles", "password", "a", "b", reason=WHY), "credential"),
        (Wanted("tooth_markings", "bond_teeth", "1", "2", legacy_id="8:bond-1", reason=WHY), "for row 8"),
    ],
)
def test_what_cannot_be_corrected_is_refused_in_words(wanted: Wanted, words: str, committed: None):
    with pytest.raises(UsageError, match=words) as refused:
        services.correct(wanted)
    assert "yesterday" not in str(refused.value) and "two" not in str(refused.value)
    assert not Correction.objects.exists()


def test_two_corrections_of_one_value_contradict_each_other(committed: None):
    first = services.correct(Wanted("orders", "status", None, "2", legacy_id="41", reason=WHY))
    with pytest.raises(UsageError, match=f"Correction {first.pk} .* revoke it first"):
        services.correct(Wanted("orders", "status", None, "1", legacy_id="41", reason=WHY))
    services.revoke(first.pk)
    second = services.correct(Wanted("orders", "status", None, "1", legacy_id="41", reason=WHY))
    assert list(services.corrections()) == [second]
    assert list(services.corrections(revoked=None)) == [second, first]


@pytest.mark.parametrize(
    ("entity", "path", "text", "value"),
    [
        ("orders", "status", "2", 2),
        ("orders", "patient_id", "5", 5),
        ("orders", "patient__suffix", "007", "007"),
        ("orders", "status", None, None),
        ("profiles", "is_active", "true", True),
        ("profiles", "in_masters", "False", False),
        ("jaws", "upper_of", "12", 12),
    ],
)
def test_a_text_becomes_what_the_reader_would_give(entity: str, path: str, text: str | None, value: Any):
    found = as_read(spec(entity), path, text)
    assert (found, type(found)) == (value, type(value))


def test_amounts_and_instants_keep_their_kind():
    assert str(as_read(spec("orders"), "price", "12.50")) == "12.50"
    assert as_read(spec("orders"), "submitted_at", "2024-05-31 14:30").isoformat() == "2024-05-31T14:30:00+00:00"
    assert as_read(spec("tooth_markings"), "position", "3", old=2) == 3
    assert as_read(spec("tooth_markings"), "marking", "3", old="bond") == "3"


def test_who_corrects_and_who_revokes_is_on_the_record(unknown_codes: FailedRecord):
    with acting(Actor("ada", "admin")):
        rule = services.correct_group(unknown_codes.fingerprint, "3", new="2", reason=WHY)
    with acting(Actor("bob", "command")):
        services.revoke(rule.pk)
    events = RecordEvent.objects.filter(legacy_id="41").order_by("pk").values_list("action", "who")
    assert list(events) == [("correct", "ada"), ("revoke", "bob")]
    # Record 44 has another value, which the rule does not speak of.
    assert not RecordEvent.objects.filter(legacy_id="44").exists()


def test_a_rule_needs_a_row_that_it_speaks_of(unknown_codes: FailedRecord):
    with pytest.raises(UsageError, match="No open failed record of this group"):
        services.correct_group(unknown_codes.fingerprint, "8", new="2", reason=WHY)
    with pytest.raises(UsageError, match="fingerprint"):
        services.correct_group("0" * 16, "8", new="2", reason=WHY)
