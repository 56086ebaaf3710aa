from datetime import UTC, datetime

from catalog.declare import OnMissing
from catalog.entities.clinical.appointments import AppointmentMigration
from catalog.entities.clinical.events import EventMigration
from tests.catalog.transforming import run

CREATED = datetime(2024, 6, 3, 10, tzinfo=UTC)


def test_an_event_without_a_patient_or_a_time():
    row = {"id": 6, "title": "Holiday ", "kind": 3, "notes": " ", "created_at": CREATED}
    (event,), rejected, resolved = run(EventMigration.spec, row)
    assert (rejected, resolved) == ([], [])
    assert event == {
        "starts_at": None,
        "ends_at": None,
        "title": "Holiday",
        "kind_code": 3,
        "notes": None,
        "created_at": CREATED,
    }


def test_events_and_appointments_share_the_calendar_without_overlap():
    assert EventMigration.spec.where == ~AppointmentMigration.spec.where


def test_an_event_outlives_whatever_it_refers_to():
    policies = {recipe.on_missing for recipe in EventMigration.spec.references.values()}
    assert policies == {OnMissing.SET_NULL}
    assert set(EventMigration.spec.references) == {"patient", "order", "creator"}


def test_a_title_beyond_the_target_is_refused():
    good, (rejected,), _ = run(EventMigration.spec, {"id": 6, "title": "x" * 256}, {"id": 7, "title": "x" * 255})
    assert len(good) == 1
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("6", "title", "too_long")
