"""Failed rows, and no others, once more on the way of every row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from catalog.target import models as target
from legacy import models as legacy
from runs import services
from runs.actors import Actor, acting
from runs.errors import UsageError
from runs.ledger.models import FailedRecord, Mapping, RecordEvent
from runs.models import Run
from runs.services import Selection, reviewing
from runs.states import State
from tests.runs.conftest import CORE, Insert, order

Runner = Callable[..., Run]


@pytest.fixture
def failed(people: None, insert: Insert, run_entities: Runner) -> str:
    """Orders 41 to 43 with unknown codes and 44 in order; the fingerprint of the group."""
    insert(legacy.Instruction, *(order(i, status=3) for i in (41, 42, 43)), order(44))
    assert run_entities(*CORE, "orders").state == State.COMPLETED_WITH_FAILURES
    return FailedRecord.objects.values_list("fingerprint", flat=True).distinct().get()


def retry(selection: Selection, **options: Any) -> Run:
    return services.execute(services.retry(selection, **options))


def states() -> dict[str, tuple[str, int]]:
    rows = FailedRecord.objects.filter(entity="orders").values_list("legacy_id", "state", "attempts")
    return {legacy_id: (state, attempts) for legacy_id, state, attempts in rows}


def test_a_retry_takes_the_chosen_rows_and_no_others(failed: str, legacy_db: Any, insert: Insert):
    insert(legacy.Instruction, order(45))
    legacy_db.execute("UPDATE dispatch_instruction SET status = 2 WHERE id = 41")
    run = retry(Selection(entity="orders", legacy_ids=["41", "42"]), note="mended in the old system")
    part = run.entity_runs.get()
    assert (run.kind, run.state, run.note) == ("retry", State.COMPLETED_WITH_FAILURES, "mended in the old system")
    assert (part.in_scope, part.read, part.created, part.failed, part.balance) == (2, 2, 1, 1, 0)
    assert states() == {"41": ("closed", 1), "42": ("open", 2), "43": ("open", 1)}
    assert not Mapping.objects.filter(entity="orders", legacy_id="45").exists()


def test_what_a_retry_brought_in_is_closed_by_it(failed: str, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_instruction SET status = 2")
    run = retry(Selection(fingerprint=failed))
    assert run.state == State.SUCCEEDED
    assert set(FailedRecord.objects.values_list("state", "closed_by")) == {("closed", run.pk)}


def test_only_open_records_are_tried_again_and_the_others_are_counted(failed: str):
    services.dismiss(Selection(entity="orders", legacy_ids=["41"]), "a test order")
    run = services.retry(Selection(fingerprint=failed))
    assert run.options["ids"] == {"orders": ["42", "43"]}
    event = run.events.get(what="retry")
    assert "2 failed records" in event.why and "1 failed record left out" in event.why
    services.execute(run)
    with pytest.raises(UsageError, match="1 are closed, dismissed or undone"):
        services.retry(Selection(entity="orders", legacy_ids=["41"]))
    assert states()["41"] == ("dismissed", 1)


def test_parents_come_before_their_children_in_one_retry(
    people: None, insert: Insert, run_entities: Runner, legacy_db: Any
):
    legacy_db.execute("UPDATE dispatch_patient SET user_id = NULL")
    insert(legacy.Instruction, order(41))
    run_entities(*CORE, "orders")
    assert sorted(FailedRecord.objects.values_list("entity", "code")) == [
        ("orders", "missing_parent"),
        ("patients", "required"),
    ]
    legacy_db.execute("UPDATE dispatch_patient SET user_id = 9")
    records = list(FailedRecord.objects.order_by("entity").values_list("pk", flat=True))
    run = retry(Selection(records=records))
    assert run.state == State.SUCCEEDED
    assert list(run.entity_runs.values_list("entity", "created")) == [("patients", 1), ("orders", 1)]


def test_the_parts_of_a_split_row_are_tried_with_their_row(
    people: None, insert: Insert, run_entities: Runner, legacy_db: Any
):
    insert(legacy.Jaw, {"id": 8, "bond_teeth": "0" * 14 + "12", "reason": 9})
    insert(legacy.Instruction, order(41, upper_jaw_id=8))
    names = ("products", "orders", "jaws", "tooth_markings")
    run_entities(*CORE, *names)
    parts = FailedRecord.objects.filter(entity="tooth_markings").order_by("legacy_id")
    assert list(parts.values_list("legacy_id", flat=True)) == ["8:bond-15", "8:bond-16"]
    legacy_db.execute("UPDATE dispatch_jaw SET reason = 1")
    run = services.retry(Selection(records=list(FailedRecord.objects.values_list("pk", flat=True))))
    assert run.options["ids"] == {"jaws": ["8"], "tooth_markings": ["8"]}
    assert services.execute(run).state == State.SUCCEEDED
    assert target.ToothMarking.objects.count() == 2
    assert set(parts.values_list("state", flat=True)) == {"closed"}


def test_a_record_whose_legacy_row_is_gone_stays_open(failed: str, legacy_db: Any):
    legacy_db.execute("DELETE FROM dispatch_instruction WHERE id = 41")
    part = retry(Selection(fingerprint=failed)).entity_runs.get()
    assert (part.in_scope, part.failed, part.balance) == (2, 2, 0)
    assert states()["41"] == ("open", 1)


def test_a_dry_retry_leaves_nothing(failed: str, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_instruction SET status = 2")
    run = retry(Selection(fingerprint=failed), dry_run=True)
    assert (run.state, run.entity_runs.get().created) == (State.SUCCEEDED, 3)
    assert set(states().values()) == {("open", 1)}
    assert not RecordEvent.objects.exists()


def test_an_empty_selection_is_refused(committed: None):
    for wrong in ({}, {"records": []}, {"entity": "orders", "legacy_ids": []}, {"legacy_ids": ["1"]}):
        with pytest.raises(UsageError):
            Selection(**wrong)
    with pytest.raises(UsageError, match="There is no such failed record"):
        services.retry(Selection(entity="orders"))


def test_more_rows_than_a_retry_takes_are_left_to_a_migration(failed: str, monkeypatch: Any):
    monkeypatch.setattr(reviewing, "MOST", 2)
    with pytest.raises(UsageError, match="migrate_entity orders"):
        services.retry(Selection(fingerprint=failed))
    assert Run.objects.filter(kind="retry").count() == 0


def test_whoever_retries_is_on_the_record_of_each_row(failed: str):
    with acting(Actor("ada", "admin")):
        run = services.retry(Selection(fingerprint=failed), "after the call")
    assert (run.requested_by, run.door) == ("ada", "admin")
    events = RecordEvent.objects.values_list("legacy_id", "action", "who", "text")
    assert sorted(events) == [(key, "retry", "ada", f"Run {run.pk}. after the call") for key in ("41", "42", "43")]


def test_no_legacy_value_is_in_what_a_retry_says(people: None, insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(41, suffix="Frau Huber persönlich"))
    run_entities(*CORE, "orders")
    run = retry(Selection(entity="orders"))
    words = [*run.events.values_list("why", flat=True), *RecordEvent.objects.values_list("text", flat=True)]
    words += FailedRecord.objects.values_list("message", flat=True)
    words += [str(part.summary) for part in run.entity_runs.all()]
    assert words and not [text for text in words if "Huber" in text]
    assert connections["target"].in_atomic_block is False
