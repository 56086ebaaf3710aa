"""The engine on a real database, in this process: what becomes of rows, good and bad."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from catalog.registry import spec
from catalog.target import models as target
from legacy import models as legacy
from legacy import reader
from runs import services
from runs.engine import loop
from runs.ledger.models import FailedRecord, Mapping, Page, Resolution
from runs.models import EntityRun, Run
from runs.states import State
from tests.runs.conftest import CORE, Insert, order

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]


def outcome() -> dict[str, Any]:
    """What the ledger says of every order."""
    failed = FailedRecord.objects.filter(entity="orders").values_list("legacy_id", "stage", "code", "field")
    return {
        "mapped": sorted(Mapping.objects.filter(entity="orders").values_list("legacy_id", "target_id")),
        "failed": sorted(failed),
    }


def test_an_order_arrives_with_its_references(insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(41, notes="上顎", submitted_at="2024-05-01T10:00:00Z"))
    run = run_entities(*CORE, "orders")
    assert run.state == State.SUCCEEDED
    arrived = target.Order.objects.get()
    assert arrived.patient.patient_number == "PAT-000005"
    assert arrived.doctor.profile.username == "doctor"
    assert arrived.office.name == "Praxis am Ring"
    assert (arrived.amount, arrived.notes, arrived.order_number) == (Decimal("10.00"), "上顎", "00BB-41")
    assert arrived.pk == uuid.uuid5(settings.UUID_NAMESPACE, "orders:41")


def test_a_second_run_changes_nothing(insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(41), order(42, status=3))
    run_entities(*CORE, "orders")
    before = list(target.Order.objects.values())
    again = run_entities("orders").entity_runs.get()
    assert (again.created, again.unchanged, again.failed, again.balance) == (0, 1, 1, 0)
    assert list(target.Order.objects.values()) == before
    assert FailedRecord.objects.get(entity="orders").attempts == 2


def test_a_legacy_row_that_changed_since_is_counted_and_left(insert: Insert, run_entities: Runner, legacy_db: Any):
    insert(legacy.Instruction, order(41))
    run_entities(*CORE, "orders")
    legacy_db.execute("UPDATE dispatch_instruction SET notes = 'new'")
    again = run_entities("orders").entity_runs.get()
    assert (again.skipped, again.unchanged, again.balance) == (1, 0, 0)
    assert target.Order.objects.get().notes is None


def test_a_failed_row_that_was_mended_arrives_and_its_record_is_closed(
    insert: Insert, run_entities: Runner, legacy_db: Any
):
    insert(legacy.Instruction, order(41, status=3))
    assert run_entities(*CORE, "orders").state == State.COMPLETED_WITH_FAILURES
    legacy_db.execute("UPDATE dispatch_instruction SET status = 2")
    assert run_entities("orders").state == State.SUCCEEDED
    assert FailedRecord.objects.get().state == FailedRecord.State.CLOSED
    assert target.Order.objects.get().status == "approved"


def test_a_missing_doctor_leaves_the_field_empty_and_a_record(insert: Insert, run_entities: Runner, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_patient SET doctor_id = 999")
    insert(legacy.Instruction, order(41))
    assert run_entities(*CORE, "orders").state == State.SUCCEEDED
    assert target.Order.objects.get().doctor is None
    resolution = Resolution.objects.get(entity="orders")
    assert (resolution.field, resolution.rule, resolution.old) == ("doctor", "set_null: missing_parent", "999")


def test_a_failed_record_has_all_that_a_reviewer_needs(insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(41, patient_id=777, notes="Frau Huber"))
    run_entities(*CORE, "orders")
    failed = FailedRecord.objects.get()
    assert (failed.entity, failed.legacy_id, failed.stage) == ("orders", "41", "resolve")
    assert (failed.code, failed.field) == ("missing_parent", "patient")
    assert failed.source["notes"] == "Frau Huber"
    assert "Huber" not in failed.message and "777" not in failed.message
    assert len(failed.fingerprint) == 16


def test_a_row_whose_parent_is_missing_is_still_read(insert: Insert, legacy_db: Any, committed: None):
    insert(legacy.Instruction, order(41, patient_id=777), order(42, patient_id=None))
    selection = reader.Selection(legacy.Instruction, ("id", "patient__suffix", "patient__doctor_id"))
    assert [row for page in reader.pages(selection, 2) for row in page.rows] == [(41, None, None), (42, None, None)]


def test_page_sizes_make_no_difference(insert: Insert, run_entities: Runner, committed: None):
    run_entities(*CORE)
    bad = {3: {"status": 9}, 8: {"patient_id": 777}, 13: {"price": "-1.00"}, 20: {"suffix": "x" * 11}}
    insert(legacy.Instruction, *(order(i, **bad.get(i, {})) for i in range(1, 24)))
    outcomes = []
    for size in (1, 2, 7, 23, 100):
        _migrate_in_pages(size)
        outcomes.append(outcome())
        for model in (target.Order, Page, FailedRecord, Mapping):
            rows = model.objects.all()
            (rows if model is target.Order else rows.filter(entity="orders")).delete()
    assert len(outcomes[0]["mapped"]) == 19
    assert [(i, code) for i, _, code, _ in outcomes[0]["failed"]] == [
        ("13", "23514"),
        ("20", "too_long"),
        ("3", "unmapped_code"),
        ("8", "missing_parent"),
    ]
    assert all(other == outcomes[0] for other in outcomes)


def _migrate_in_pages(size: int) -> None:
    job = loop.Job(spec("orders"), 1, uuid.uuid4(), settings.UUID_NAMESPACE, size)
    with reader.Snapshot() as snapshot:
        loop.migrate(job, snapshot, lambda page: None)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"status": 3}, "unmapped_code"),
        ({"suffix": "x" * 11}, "too_long"),
        ({"patient_id": None}, "required"),
        ({"patient_id": 777}, "missing_parent"),
        ({"price": "-1.00"}, "23514"),
    ],
)
def test_one_bad_row_in_a_full_page_costs_only_itself(
    bad: dict[str, Any], code: str, insert: Insert, run_entities: Runner, legacy_db: Any
):
    run_entities(*CORE)
    legacy_db.execute(
        "INSERT INTO dispatch_instruction (id, patient_id, course_id, status, price) "
        "SELECT n, 5, 1, 1, 10 FROM generate_series(1, 2000) n WHERE n <> 1234"
    )
    insert(legacy.Instruction, order(1234, **bad))
    part = run_entities("orders", batch_size=2000).entity_runs.get()
    assert (part.created, part.failed, part.balance) == (1999, 1, 0)
    assert list(FailedRecord.objects.values_list("legacy_id", "code")) == [("1234", code)]


def test_a_row_that_was_there_before_is_adopted_unchanged(insert: Insert, run_entities: Runner):
    run_entities(*CORE)
    patient = target.Patient.objects.get()
    before = target.Order.objects.create(order_number="00BB-41", patient=patient, status="submitted", notes="theirs")
    insert(legacy.Instruction, order(41, notes="ours"), order(42))
    part = run_entities("orders").entity_runs.get()
    assert (part.matched, part.created, part.balance) == (1, 1, 0)
    assert Mapping.objects.get(entity="orders", legacy_id="41").target_id == before.pk
    assert target.Order.objects.get(pk=before.pk).notes == "theirs"


def test_two_rows_with_one_natural_key_are_not_merged(insert: Insert, run_entities: Runner, legacy_db: Any):
    # Two users with one name: only the first can have it.
    legacy_db.execute(
        "INSERT INTO auth_user SELECT 11, username, first_name, last_name, email, password, is_superuser, is_staff, "
        "is_active, date_joined, last_login FROM auth_user WHERE id = 9"
    )
    part = run_entities("profiles").entity_runs.get()
    assert (part.created, part.matched, part.failed) == (2, 0, 1)
    failed = FailedRecord.objects.get()
    assert (failed.legacy_id, failed.code, failed.field) == ("11", "23505", "username")


def test_a_parent_whose_row_is_gone_from_the_target_is_a_refused_row(insert: Insert, run_entities: Runner):
    run_entities(*CORE)
    insert(legacy.Instruction, order(41))
    target.Patient.objects.all().delete()
    run_entities("orders")
    failed = FailedRecord.objects.get()
    assert (failed.stage, failed.code, failed.field) == ("load", "23503", "patient")


def test_a_limit_takes_rows_that_are_new(insert: Insert, run_entities: Runner):
    run_entities(*CORE)
    insert(legacy.Instruction, *(order(i) for i in range(1, 31)))
    first = run_entities("orders", limit=20).entity_runs.get()
    assert (first.created, first.not_reached, first.balance, first.state) == (20, 10, 0, State.SUCCEEDED)
    second = run_entities("orders", limit=8).entity_runs.get()
    assert (second.created, second.unchanged, second.not_reached, second.balance) == (8, 20, 2, 0)


def test_ids_select_only_these_rows(insert: Insert, run_entities: Runner):
    run_entities(*CORE)
    insert(legacy.Instruction, *(order(i) for i in (1, 2, 3)))
    part = run_entities("orders", ids=("1", "3", "99")).entity_runs.get()
    assert (part.in_scope, part.created, part.balance) == (2, 2, 0)
    assert services.missing_ids(spec("orders"), ("1", "99")) == ([99], [])
    assert services.missing_ids(spec("doctors"), ("9",)) == ([], [9])


def test_a_dry_run_counts_like_the_real_one_and_leaves_nothing(insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(41), order(42, status=3), order(43, patient_id=777))
    names = (*CORE, "orders")
    dry = run_entities(*names, dry_run=True)
    assert dry.state == State.COMPLETED_WITH_FAILURES
    assert not Mapping.objects.exists() and not FailedRecord.objects.exists() and not Page.objects.exists()
    assert not target.Order.objects.exists() and not target.Profile.objects.exists()
    real = run_entities(*names)
    fields = ("entity", "in_scope", "created", "failed", "unchanged", "matched", "summary")
    assert list(dry.entity_runs.values_list(*fields)) == list(real.entity_runs.values_list(*fields))


def test_the_equation_notices_a_ledger_that_was_tampered_with(insert: Insert, run_entities: Runner, monkeypatch: Any):
    insert(legacy.Instruction, order(41))
    run_entities(*CORE)
    settle = loop.settle

    def settle_after_a_loss(*args: Any) -> None:
        Mapping.objects.filter(entity="orders").delete()
        settle(*args)

    monkeypatch.setattr(loop, "settle", settle_after_a_loss)
    run = run_entities("orders")
    part = run.entity_runs.get()
    assert (run.state, part.state) == (State.BROKEN, State.BROKEN)
    assert "ledger" in part.problem


@pytest.fixture
def two_patients_of_one_user(insert: Insert, legacy_db: Any) -> Iterator[None]:
    """A legacy database that does not hold to its own one-to-one."""
    (name,) = legacy_db.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'dispatch_patient'::regclass AND contype = 'u'"
    ).fetchone()
    legacy_db.execute(f'ALTER TABLE dispatch_patient DROP CONSTRAINT "{name}"')
    insert(legacy.Patient, {"id": 6, "user_id": 9})
    yield
    legacy_db.execute("DELETE FROM dispatch_patient")
    legacy_db.execute(f'ALTER TABLE dispatch_patient ADD CONSTRAINT "{name}" UNIQUE (user_id)')


def test_a_row_that_a_join_multiplies_is_one_failure_and_the_books_balance(
    two_patients_of_one_user: None, run_entities: Runner
):
    part = run_entities("profiles").entity_runs.get()
    assert (part.in_scope, part.read, part.created, part.failed, part.balance) == (2, 2, 1, 1, 0)
    failed = FailedRecord.objects.get()
    assert (failed.legacy_id, failed.code) == ("9", "ambiguous_source")


def test_an_entity_without_rows_succeeds(run_entities: Runner):
    part = run_entities("links").entity_runs.get()
    assert (part.in_scope, part.state) == (0, State.SUCCEEDED)
    # Its children need not wait for a row that will never come.
    assert Page.objects.get(entity="links").final


def test_an_error_breaks_its_entity_and_blocks_its_children_while_others_go_on(
    insert: Insert, run_entities: Runner, monkeypatch: Any
):
    real = loop.load

    def load(spec: Any, batch: Any) -> Any:
        if spec.name == "patients":
            raise RuntimeError("a secret of a patient")
        return real(spec, batch)

    monkeypatch.setattr(loop, "load", load)
    run = run_entities(*CORE, "orders", "links")
    states = dict(run.entity_runs.values_list("entity", "state"))
    assert run.state == State.BROKEN
    assert (states["patients"], states["orders"], states["links"]) == (State.BROKEN, State.BLOCKED, State.SUCCEEDED)
    problem = run.entity_runs.get(entity="patients").problem
    assert "RuntimeError" in problem and "secret" not in problem
    monkeypatch.undo()
    resumed = services.execute(services.resume(run.pk))
    assert resumed.state == State.SUCCEEDED
    assert EntityRun.objects.get(run=run, entity="patients").created == 1
    assert connections["target"].in_atomic_block is False
