"""Repairs on a real database: what is wrong in the target is set right from the legacy rows, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from catalog.registry import specs
from catalog.target import models as target
from legacy import models as legacy
from runs import services
from runs.engine import record, repair
from runs.engine.requirements import problems
from runs.errors import Refused, UsageError
from runs.execution import Watch
from runs.ledger.models import BeforeImage, FailedRecord, Mapping, Page
from runs.models import Run
from runs.states import State
from tests.runs.conftest import CORE, Insert, order
from tests.runs.repairs import NAME, constraint, dump, order_of, spoil, valid_afterwards, wrong  # noqa: F401

pytestmark = pytest.mark.usefixtures("people", "valid_afterwards")

Runner = Callable[..., Run]


@pytest.fixture
def orders(insert: Insert, run_entities: Runner) -> None:
    """Ten orders, 41 to 50, of which 41 to 47 have a profile for a doctor."""
    insert(legacy.Instruction, *(order(number) for number in range(41, 51)))
    run_entities(*CORE, "orders")
    spoil(range(41, 48))


def test_every_wrong_doctor_becomes_the_right_one_and_the_constraint_valid(orders: None, run_entities: Runner):
    name, definition, valid = constraint()
    assert (wrong(), valid) == (7, False)
    run = run_entities(NAME)
    part = run.entity_runs.get()
    assert (run.state, part.state, part.problem) == (State.SUCCEEDED, State.SUCCEEDED, "")
    assert (part.total, part.in_scope, part.out_of_scope, part.updated, part.failed, part.balance) == (
        10,
        7,
        3,
        7,
        0,
        0,
    )
    assert {o.doctor.doctor_number for o in target.Order.objects.all()} == {"DOC-000007"}
    assert constraint() == (name, definition.removesuffix(" NOT VALID"), True)


def test_sound_rows_and_other_columns_stay(orders: None, run_entities: Runner):
    before = {row["id"]: row for row in target.Order.objects.values()}
    run_entities(NAME)
    doctor = target.Doctor.objects.get().pk
    assert {row["id"]: row for row in target.Order.objects.values()} == {
        key: row | {"doctor_id": doctor} for key, row in before.items()
    }


def test_what_was_replaced_is_kept(orders: None, run_entities: Runner):
    run = run_entities(NAME)
    image = BeforeImage.objects.get(legacy_id="41")
    doctor = target.Doctor.objects.get()
    assert image.before == {"doctor_id": str(doctor.profile_id)}
    assert image.after == {"doctor_id": str(doctor.pk)}
    assert (image.entity, image.target_id, image.run) == ("orders", order_of(41).pk, run.pk)
    assert image.page.entity == NAME and image.page.updated == 7


def test_a_second_run_finds_nothing(orders: None, run_entities: Runner):
    run_entities(NAME)
    before = dump()
    again = run_entities(NAME).entity_runs.get()
    assert (again.state, again.in_scope, again.updated, again.failed, again.balance) == (State.SUCCEEDED, 0, 0, 0, 0)
    assert dump() == before


def test_a_doctor_who_was_not_migrated_is_a_failed_record(orders: None, run_entities: Runner, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_patient SET doctor_id = 999")
    part = run_entities(NAME).entity_runs.get()
    assert (part.state, part.updated, part.failed, part.balance) == (State.COMPLETED_WITH_FAILURES, 0, 7, 0)
    assert "7 rows of orders still hold a doctor_id" in part.problem and "stays NOT VALID" in part.problem
    failed = FailedRecord.objects.get(entity=NAME, legacy_id="41")
    assert (failed.stage, failed.code, failed.field) == ("resolve", "missing_parent", "doctor")
    assert failed.source["patient__doctor_id"] == 999
    assert wrong() == 7 and constraint()[2] is False


def test_a_failed_record_closes_when_the_row_is_repaired_later(orders: None, run_entities: Runner, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_patient SET doctor_id = 999")
    run_entities(NAME)
    legacy_db.execute("UPDATE dispatch_patient SET doctor_id = 7")
    assert run_entities(NAME).state == State.SUCCEEDED
    assert set(FailedRecord.objects.filter(entity=NAME).values_list("state", flat=True)) == {"closed"}
    assert constraint()[2] is True


def test_a_patient_without_a_doctor_leaves_the_order_without_one(orders: None, run_entities: Runner, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_patient SET doctor_id = NULL")
    assert run_entities(NAME).entity_runs.get().updated == 7
    assert order_of(41).doctor is None


def test_rows_that_nobody_can_tell_are_failed_records(orders: None, run_entities: Runner, legacy_db: Any):
    stray = order_of(41).pk
    Mapping.objects.get(entity="orders", legacy_id="41").delete()
    legacy_db.execute("DELETE FROM dispatch_instruction WHERE id = 42")
    part = run_entities(NAME).entity_runs.get()
    assert (part.updated, part.failed, part.balance) == (5, 2, 0)
    failed = dict(FailedRecord.objects.filter(entity=NAME).values_list("legacy_id", "code"))
    assert failed == {f"target:{stray}": "no_mapping", "42": "missing_row"}


def test_a_mapping_whose_doctor_was_deleted_does_not_help(orders: None, run_entities: Runner):
    Mapping.objects.filter(entity="doctors").update(target_id="00000000-0000-4000-8000-000000000000")
    part = run_entities(NAME).entity_runs.get()
    assert (part.updated, part.failed, part.state) == (0, 7, State.COMPLETED_WITH_FAILURES)


def test_a_dry_run_leaves_no_trace(orders: None, run_entities: Runner):
    before = dump()
    run = run_entities(NAME, dry_run=True)
    assert (run.state, run.entity_runs.get().updated) == (State.SUCCEEDED, 7)
    assert dump() == before and constraint()[2] is False
    assert not BeforeImage.objects.exists() and not Page.objects.filter(entity=NAME).exists()


class Killed(BaseException):
    """Stands in for a process that ends."""


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.choosing, "SMALLEST", 1)


def test_stopped_between_pages_it_goes_on_where_it_was(orders: None, small_pages: None):
    class Stop(Watch):
        def page_committed(self, entity_run: Any, page: Page) -> None:
            if page.number == 2:
                raise Killed

    run = services.start(services.chosen([NAME]), services.Options(batch_size=2))
    with pytest.raises(Killed):
        services.execute(run, Stop())
    assert wrong() == 3
    services.execute(services.resume(run.pk))
    part = run.entity_runs.get()
    assert (part.state, part.in_scope, part.updated, part.balance) == (State.SUCCEEDED, 7, 7, 0)
    assert BeforeImage.objects.count() == 7 and wrong() == 0 and constraint()[2] is True


def test_a_page_that_is_not_finished_leaves_nothing(orders: None, small_pages: None, monkeypatch: pytest.MonkeyPatch):
    before = dump()
    run = services.start(services.chosen([NAME]), services.Options(batch_size=2))
    with monkeypatch.context() as broken:
        broken.setattr(record, "page", lambda *args: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            services.execute(run)
    assert dump() == before and not BeforeImage.objects.exists()
    services.execute(services.resume(run.pk))
    assert run.entity_runs.get().updated == 7 and wrong() == 0


def test_only_so_many_rows_and_only_these_ids(orders: None, run_entities: Runner):
    part = run_entities(NAME, ids=("45", "50")).entity_runs.get()
    assert (part.in_scope, part.updated, part.balance, wrong()) == (1, 1, 0, 6)
    part = run_entities(NAME, limit=2).entity_runs.get()
    assert (part.in_scope, part.updated, part.not_reached, part.balance, wrong()) == (6, 2, 4, 0, 4)
    assert constraint()[2] is False


def test_it_is_chosen_by_its_script_and_comes_after_all_entities():
    assert [one.name for one in services.chosen(scripts=[41])] == [NAME]
    names = [one.name for one in services.chosen(everything=True)]
    assert names.index(NAME) > max(names.index(spec.name) for spec in specs())
    with pytest.raises(UsageError, match="No entity belongs to script 99"):
        services.chosen(scripts=[99])


def test_it_needs_the_rows_that_it_repairs_and_those_that_they_refer_to():
    sentences = problems(services.chosen([NAME]))
    assert [s.partition(",")[0] for s in sentences] == [f"{NAME} refers to orders", f"{NAME} refers to doctors"]
    with pytest.raises(Refused):
        services.start(services.chosen([NAME]), services.Options())


def test_it_runs_together_with_the_entities(insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(41))
    run = run_entities(*CORE, "orders", NAME)
    assert run.state == State.SUCCEEDED
    assert run.entity_runs.last().entity == NAME


def test_its_status_is_counted_afresh(orders: None, run_entities: Runner):
    chosen = services.chosen([NAME])
    (before,) = services.status(chosen)["entities"]
    assert (before["in_scope"], before["migrated"], before["remaining"]) == (7, 0, 7)
    run_entities(NAME)
    (after,) = services.status(chosen)["entities"]
    assert (after["in_scope"], after["out_of_scope"], after["migrated"], after["remaining"]) == (7, 3, 7, 0)


def test_a_row_that_somebody_added_meanwhile_is_said_to_be_missing(orders: None, monkeypatch: pytest.MonkeyPatch):
    """The account is made from the ledger: a row that was counted and not read does not balance."""
    counted = repair.extent
    monkeypatch.setattr(repair, "extent", lambda job: replace(counted(job), in_scope=8))
    run = services.start(services.chosen([NAME]), services.Options())
    services.execute(run)
    assert run.entity_runs.get().state == State.BROKEN
    assert BeforeImage.objects.count() == 7
