"""What people do about failed records, and what is on record of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import Error, connections

from catalog.target import models as target
from legacy import models as legacy
from runs import services
from runs.actors import Actor, acting
from runs.errors import UsageError
from runs.ledger.models import Correction, FailedRecord, Mapping, RecordEvent
from runs.models import Run
from runs.services import Filter, Selection, Wanted
from tests.runs.conftest import CORE, Insert, order

Runner = Callable[..., Run]

SECRET = "Frau Huber persönlich"


@pytest.fixture
def failures(people: None, insert: Insert, run_entities: Runner) -> Run:
    """Four unknown codes, two missing patients, one text that is too long, one price below zero; one sound row."""
    insert(legacy.Instruction, *(order(i, status=3) for i in (41, 42, 43, 44)))
    insert(legacy.Instruction, *(order(i, patient_id=777) for i in (51, 52)))
    insert(legacy.Instruction, order(61, suffix=SECRET), order(71, price="-1.00"), order(81))
    return run_entities(*CORE, "orders")


def record(legacy_id: str) -> FailedRecord:
    return FailedRecord.objects.get(entity="orders", legacy_id=legacy_id)


def test_failures_are_grouped_by_cause_the_largest_first(failures: Run):
    found = services.groups()
    assert [(group.code, group.rows) for group in found][:2] == [("unmapped_code", 4), ("missing_parent", 2)]
    assert {(group.code, group.rows) for group in found[2:]} == {("23514", 1), ("too_long", 1)}
    first = found[0]
    assert (first.share, first.first_run, first.last_run) == (0.5, failures.pk, failures.pk)
    assert first.cause.title == "Unknown code" and "extend the declaration" in first.cause.advice
    assert sum(group.share for group in found) == pytest.approx(1)


def test_the_examples_of_a_group_are_masked(failures: Run):
    first, _, *single = services.groups()
    assert [example.legacy_id for example in first.examples] == ["41", "42", "43"]
    assert first.examples[0].values == {"status": "number with 1 digit"}
    assert [group.examples[0].values for group in single if group.code == "too_long"] == [
        {"suffix": "text of 21 characters"}
    ]
    assert "Huber" not in str(services.groups())


def test_a_group_knows_its_first_and_its_last_run(failures: Run):
    again = services.execute(services.retry(Selection(entity="orders", legacy_ids=["41"])))
    first = services.groups()[0]
    assert (first.first_run, first.last_run) == (failures.pk, again.pk)


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (Filter(), 8),
        (Filter(entity="orders"), 8),
        (Filter(entity="patients"), 0),
        (Filter(text="agreed meaning"), 4),
        (Filter(text="MISSING_parent"), 2),
        (Filter(stage="load"), 1),
        (Filter(stage="transform"), 5),
        (Filter(text="agreed meaning", stage="load"), 0),
        (Filter(state="dismissed"), 0),
        (Filter(state=""), 8),
    ],
)
def test_filters_let_through_only_what_matches(wanted: Filter, rows: int, failures: Run):
    assert sum(group.rows for group in services.groups(wanted)) == rows


def test_a_dismissal_has_a_reason_and_can_be_taken_back(failures: Run):
    chosen = Selection(fingerprint=record("41").fingerprint)
    with pytest.raises(UsageError, match="Say why"):
        services.dismiss(chosen, "  ")
    with acting(Actor("ada", "admin")):
        assert services.dismiss(chosen, "test orders of the laboratory") == 4
    assert record("41").state == "dismissed"
    with pytest.raises(UsageError, match="No open failed record"):
        services.dismiss(chosen, "again")
    with acting(Actor("bob", "admin")):
        assert services.reopen(Selection(records=[record("41").pk])) == 1
    assert (record("41").state, record("42").state) == ("open", "dismissed")
    events = RecordEvent.objects.filter(legacy_id="41").order_by("pk").values_list("action", "who", "text")
    assert list(events) == [("dismiss", "ada", "test orders of the laboratory"), ("reopen", "bob", "")]


def test_records_are_handed_to_a_colleague_who_exists(failures: Run):
    User.objects.create_user("carol", is_staff=True)
    chosen = Selection(entity="orders", legacy_ids=["41", "51"])
    assert services.assign(chosen, "carol") == 2
    assert sum(group.rows for group in services.groups(Filter(assignee="carol"))) == 2
    with pytest.raises(UsageError, match="dave"):
        services.assign(chosen, "dave")
    services.assign(Selection(records=[record("41").pk]), "")
    assert (record("41").assignee, record("51").assignee) == ("", "carol")


def test_notes_are_kept_and_nothing_on_the_record_can_be_changed(failures: Run):
    with acting(Actor("ada", "admin")):
        services.note(Selection(records=[record("41").pk]), "asked the clinic")
    with pytest.raises(UsageError, match="empty"):
        services.note(Selection(records=[record("41").pk]), "")
    event = RecordEvent.objects.get()
    assert (event.action, event.who, event.text) == ("note", "ada", "asked the clinic")
    for change in (lambda: RecordEvent.objects.update(text="nothing"), lambda: RecordEvent.objects.all().delete()):
        with pytest.raises(Error, match="can neither be changed nor deleted"):
            change()
    assert RecordEvent.objects.get().text == "asked the clinic"


def test_a_record_is_shown_beside_what_would_be_written(failures: Run, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_instruction SET notes = 'neu' WHERE id = 61")
    found = services.shown(record("61"), reveal=True)
    assert (found.there, found.goes_through) == (True, False)
    assert "longer than the 10 characters" in found.verdict
    source = {value.path: value for value in found.source}
    assert (source["suffix"].failed, source["suffix"].offending) == (SECRET, True)
    assert (source["notes"].failed, source["notes"].current, source["notes"].changed) == ("", "neu", True)
    fields = {value.field: value for value in found.target}
    assert (fields["notes"].value, fields["notes"].paths, fields["notes"].offending) == ("neu", ("notes",), False)
    assert fields["patient"].value == str(target.Patient.objects.get().pk)
    (guilty,) = [value for value in found.target if value.offending]
    assert guilty.paths == ("suffix",) and guilty.problem == found.verdict


def test_who_may_not_see_values_is_shown_their_shapes(failures: Run):
    found = services.shown(record("61"))
    assert "Huber" not in str(found.source) + str(found.target)
    (guilty,) = [value for value in found.source if value.offending]
    assert (guilty.failed, guilty.current) == ("text of 21 characters", "text of 21 characters")


def test_the_missing_parent_is_named(failures: Run, insert: Insert, legacy_db: Any, run_entities: Runner):
    (missing,) = [one for one in services.shown(record("51")).parents if one.field == "patient"]
    assert (missing.entity, missing.legacy_id, missing.path) == ("patients", "777", "patient_id")
    assert (missing.exists, missing.failed) == (False, None)
    insert(legacy.Patient, {"id": 777, "status": 77})
    run_entities("patients")
    (missing,) = [one for one in services.shown(record("51")).parents if one.field == "patient"]
    assert missing.exists
    assert missing.failed == FailedRecord.objects.get(entity="patients", legacy_id="777")


def test_a_row_that_is_gone_is_shown_as_it_failed(failures: Run, legacy_db: Any):
    legacy_db.execute("DELETE FROM dispatch_instruction WHERE id = 41")
    found = services.shown(record("41"), reveal=True)
    assert (found.there, found.goes_through, found.target) == (False, False, [])
    assert "gone" in found.verdict
    status = next(value for value in found.source if value.path == "status")
    assert (status.failed, status.current, status.changed) == ("3", None, False)


def test_a_correction_in_force_is_part_of_the_picture(failures: Run):
    services.correct(Wanted("orders", "status", "3", "2", legacy_id="41", reason="known"))
    found = services.shown(record("41"), reveal=True)
    assert found.goes_through
    status = next(value for value in found.source if value.path == "status")
    assert (status.failed, status.current, status.corrected) == ("3", "3", "2")
    assert next(value for value in found.target if value.field == "status").value == "approved"


def test_other_failures_of_the_same_legacy_row_are_found(people: None, insert: Insert, run_entities: Runner):
    insert(legacy.Jaw, {"id": 8, "bond_teeth": "0" * 14 + "12", "reason": 9})
    insert(legacy.Instruction, order(41, upper_jaw_id=8))
    run_entities(*CORE, "products", "orders", "jaws", "tooth_markings")
    jaw = FailedRecord.objects.get(entity="jaws")
    assert [one.legacy_id for one in services.shown(jaw).siblings] == ["8:bond-15", "8:bond-16"]
    part = FailedRecord.objects.get(legacy_id="8:bond-15")
    assert [one.legacy_id for one in services.shown(part).siblings] == ["8", "8:bond-16"]


def test_a_preview_says_what_a_correction_would_do_and_writes_nothing(failures: Run):
    good, bad = (
        services.drafted(Wanted("orders", "status", "3", new, fingerprint=record("41").fingerprint))
        for new in ("2", "9")
    )
    outcomes = services.what_if("orders", ["41", "42", "61"], good)
    assert [outcomes[i].goes_through for i in ("41", "42", "61")] == [True, True, False]
    assert services.what_if("orders", ["41"], bad)["41"].code == "unmapped_code"
    assert not services.what_if("orders", ["41"])["41"].goes_through
    assert not Correction.objects.exists() and Mapping.objects.filter(entity="orders").count() == 1
    assert connections["target"].in_atomic_block is False


def test_a_migrated_row_and_a_gone_one_are_told_apart(failures: Run):
    outcomes = services.what_if("orders", ["81", "999"])
    assert outcomes["81"].message == "The row has been migrated."
    assert "gone" in outcomes["999"].message and not outcomes["999"].there
