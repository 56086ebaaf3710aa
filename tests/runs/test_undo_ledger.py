"""What an undo does to failed records, and to references that waited for rows which it takes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.target import models as target
from legacy import models as legacy
from runs import services
from runs.ledger.models import BeforeImage, FailedAttempt, FailedRecord, Mapping, PendingReference
from runs.models import Run
from runs.states import State
from tests.runs.conftest import CORE, Insert, order
from tests.runs.undoing import dump, part, undo

pytestmark = pytest.mark.usefixtures("people", "committed")

Runner = Callable[..., Run]


@pytest.fixture
def failed(insert: Insert, run_entities: Runner) -> Run:
    """A run in which order 42 failed, as its patient is missing."""
    insert(legacy.Instruction, order(41), order(42, patient_id=99))
    run_entities(*CORE)
    return run_entities("orders")


def record() -> FailedRecord:
    return FailedRecord.objects.get(entity="orders")


def mend(legacy_db: Any) -> None:
    legacy_db.execute("UPDATE dispatch_instruction SET patient_id = 5 WHERE id = 42")


def test_each_attempt_is_kept_and_the_record_says_what_the_last_one_said(failed: Run, run_entities: Runner):
    again = run_entities("orders")
    assert (record().attempts, record().run, record().state) == (2, again.pk, FailedRecord.State.OPEN)
    assert list(FailedAttempt.objects.order_by("pk").values_list("run", flat=True)) == [failed.pk, again.pk]
    undo(again)
    assert (record().attempts, record().run, record().state) == (1, failed.pk, FailedRecord.State.OPEN)
    undo(failed)
    assert (record().state, FailedAttempt.objects.filter(undone=False).count()) == (FailedRecord.State.UNDONE, 0)


def test_a_row_that_goes_again_is_open_again(failed: Run, run_entities: Runner, legacy_db: Any):
    mend(legacy_db)
    retried = run_entities("orders")
    assert (record().state, record().closed_by) == (FailedRecord.State.CLOSED, retried.pk)
    assert services.undo_plan(services.Undo(retried.pk)).parts[0].failures_reopened == 1
    undo(retried)
    assert (record().state, record().closed_by, record().run) == (FailedRecord.State.OPEN, None, failed.pk)


def test_the_plan_says_how_many_failed_records_will_be_undone(failed: Run):
    assert services.undo_plan(services.Undo(failed.pk)).parts[0].failures_undone == 1


def test_what_was_dismissed_stays_so_only_for_the_same_cause(failed: Run, run_entities: Runner, legacy_db: Any):
    FailedRecord.objects.update(state=FailedRecord.State.DISMISSED)
    run_entities("orders")
    assert (record().state, record().attempts) == (FailedRecord.State.DISMISSED, 2)
    legacy_db.execute("UPDATE dispatch_instruction SET patient_id = NULL WHERE id = 42")
    run_entities("orders")
    assert (record().state, record().attempts) == (FailedRecord.State.OPEN, 3)


@pytest.fixture
def child_first(insert: Insert, run_entities: Runner) -> tuple[Run, Run]:
    """Category 1 came with a first run, its parent 2 with a second one, which filled in the reference."""
    insert(legacy.Category, {"id": 2, "name": "whole"}, {"id": 1, "name": "part", "parent_id": 2})
    return run_entities("categories", ids=["1"]), run_entities("categories", ids=["2"])


def test_a_reference_that_waited_waits_again(child_first: tuple[Run, Run]):
    first, second = child_first
    child = target.Category.objects.get(pk=Mapping.objects.get(entity="categories", legacy_id="1").target_id)
    assert child.parent_id and not PendingReference.objects.exists()
    assert BeforeImage.objects.get(run=second.pk).before == {"parent_id": None}
    undo(second)
    child.refresh_from_db()
    waiting = PendingReference.objects.get()
    assert child.parent_id is None and target.Category.objects.count() == 1
    assert (waiting.legacy_id, waiting.field, waiting.parent_legacy_id) == ("1", "parent", "2")
    assert services.undo_plan(services.Undo(first.pk)).parts[0].edited == 0


def test_an_edit_of_the_child_is_still_seen_after_the_parent_has_gone(child_first: tuple[Run, Run]):
    first, second = child_first
    target.Category.objects.exclude(parent=None).update(name="by hand")
    undo(second)
    assert target.Category.objects.get().parent_id is None
    assert services.undo_plan(services.Undo(first.pk)).parts[0].edited_ids == ["1"]


def test_it_is_filled_in_once_more_when_the_parent_comes_back(child_first: tuple[Run, Run], run_entities: Runner):
    _, second = child_first
    settled = dump()
    undo(second)
    run_entities("categories", ids=["2"])
    assert dump() == settled


def test_a_parent_goes_before_a_child_of_the_same_undo(
    insert: Insert, run_entities: Runner, monkeypatch: pytest.MonkeyPatch
):
    """The child has the lower id: on its way back the parent, which came last, is met first."""
    monkeypatch.setattr("runs.engine.undo.SIZE", 1)
    insert(legacy.Category, {"id": 1, "name": "part", "parent_id": 2}, {"id": 2, "name": "whole", "parent_id": 1})
    before = dump()
    run = run_entities("categories")
    assert target.Category.objects.exclude(parent=None).count() == 2
    done = undo(run)
    assert (part(done, "categories").deleted, done.state) == (2, State.SUCCEEDED)
    assert dump() == before and not PendingReference.objects.exists()
