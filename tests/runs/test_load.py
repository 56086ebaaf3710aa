"""The load stage: what the database refuses is found among its neighbours, whatever it is."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction

from catalog.registry import spec
from catalog.target import models as target
from runs import sql
from runs.engine.load import load
from runs.engine.rows import Batch

pytestmark = pytest.mark.django_db(databases=["default", "target"])

SIZE = 2000
BAD = 1234


@pytest.fixture
def patient() -> target.Patient:
    profile = target.Profile.objects.create(
        profile_type="patient", username="p", password_hash="!", joined_at="2020-01-01T00:00:00Z",
        is_active=True, is_staff=False, is_superuser=False,
    )  # fmt: skip
    return target.Patient.objects.create(profile=profile, patient_number="PAT-1")


def orders(owner: target.Patient, **bad: Any) -> Batch:
    """A page of orders; the one at `BAD` has other values, unchecked by any earlier stage."""
    ids = [str(number) for number in range(SIZE)]
    values: dict[str, list[Any]] = {
        "order_number": list(ids),
        "suffix": ["A"] * SIZE,
        "sequence": [1] * SIZE,
        "patient": [str(owner.pk)] * SIZE,
        "status": ["submitted"] * SIZE,
        "amount": ["10.00"] * SIZE,
    }
    for name, value in bad.items():
        values[name][BAD] = value
    return Batch(
        ids=ids,
        source={"id": list(range(SIZE)), "notes": ["secret"] * SIZE},
        origins=list(range(SIZE)),
        hashes=["0" * 16] * SIZE,
        target_ids=[str(uuid.uuid4()) for _ in ids],
        values=values,
    )


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        pytest.param({"status": None}, "23502", "status", id="NOT NULL"),
        pytest.param({"order_number": "7"}, "23505", "order_number", id="unique"),
        pytest.param({"patient": str(uuid.uuid4())}, "23503", "patient", id="foreign key"),
        pytest.param({"amount": "-1"}, "23514", "amount", id="CHECK"),
        pytest.param({"suffix": "x" * 11}, "22001", "suffix", id="too long"),
        pytest.param({"status": "lost"}, "23514", "status", id="bad enum"),
        pytest.param({"sequence": "many"}, "22P02", "sequence", id="bad number"),
        pytest.param({"amount": "1e30"}, "22003", "amount", id="number out of range"),
    ],
)
def test_one_bad_row_costs_only_itself(patient: target.Patient, bad: dict[str, Any], code: str, field: str):
    with transaction.atomic(using="target"):
        sql.constraints_immediate()
        loaded, (refused,) = load(spec("orders"), orders(patient, **bad))
    assert len(loaded) == SIZE - 1 == target.Order.objects.count()
    assert (refused.legacy_id, refused.stage, refused.code, refused.field) == (str(BAD), "load", code, field)
    assert refused.source["notes"] == "secret"
    for value in (*map(str, bad.values()), "secret"):
        assert value not in refused.message


def test_many_bad_rows_are_all_found(patient: target.Patient):
    batch = orders(patient)
    for place in range(0, SIZE, 100):
        batch.values["status"][place] = "lost"
    with transaction.atomic(using="target"):
        loaded, refused = load(spec("orders"), batch)
    assert len(loaded) == SIZE - 20
    assert [int(row.legacy_id) for row in refused] == list(range(0, SIZE, 100))


def test_nothing_to_load_is_fine(patient: target.Patient):
    loaded, refused = load(spec("orders"), orders(patient).at([]))
    assert (len(loaded), refused) == (0, [])
