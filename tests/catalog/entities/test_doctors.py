from datetime import UTC, datetime

from catalog.entities.clinical.doctors import DoctorMigration
from tests.catalog.transforming import run

JOINED = datetime(2019, 4, 1, tzinfo=UTC)


def test_a_doctor_is_numbered_by_the_legacy_id():
    (doctor,), rejected, _ = run(DoctorMigration.spec, {"id": 71, "is_active": False, "date_joined": JOINED})
    assert rejected == []
    assert doctor == {"doctor_number": "DOC-000071", "is_active": False, "joined_at": JOINED}


def test_a_long_id_keeps_its_digits():
    (doctor,), _, _ = run(DoctorMigration.spec, {"id": 12345678, "is_active": True, "date_joined": JOINED})
    assert doctor["doctor_number"] == "DOC-12345678"
