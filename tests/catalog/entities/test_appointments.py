from datetime import UTC, datetime

from catalog.declare import OnMissing
from catalog.entities.clinical.appointments import AppointmentMigration
from tests.catalog.transforming import run

START, END = datetime(2024, 6, 3, 10, tzinfo=UTC), datetime(2024, 6, 3, 11, tzinfo=UTC)
EVENT = {"id": 6, "patient_id": 17, "title": " 装着 ", "kind": 0, "start": START, "finish": END, "notes": " bring\n x"}


def test_an_appointment():
    (appointment,), rejected, resolved = run(AppointmentMigration.spec, EVENT)
    assert (rejected, resolved) == ([], [])
    assert appointment == {
        "starts_at": START,
        "ends_at": END,
        "title": "装着",
        "kind_code": 0,
        "notes": " bring\n x",
        "created_at": None,
    }


def test_no_end_is_made_up():
    (appointment,), rejected, _ = run(AppointmentMigration.spec, {"id": 6, "start": START, "title": ""})
    assert rejected == []
    assert (appointment["ends_at"], appointment["title"]) == (None, None)


def test_an_appointment_needs_a_time():
    _, (rejected,), _ = run(AppointmentMigration.spec, EVENT | {"start": None})
    assert (rejected.field, rejected.code) == ("starts_at", "required")


def test_an_appointment_needs_its_patient_only():
    policies = {name: recipe.on_missing for name, recipe in AppointmentMigration.spec.references.items()}
    assert policies == {
        "patient": OnMissing.FAIL,
        "order": OnMissing.SET_NULL,
        "creator": OnMissing.SET_NULL,
    }
