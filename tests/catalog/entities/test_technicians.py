from datetime import UTC, datetime

from catalog.entities.technical.technicians import TechnicianMigration
from tests.catalog.resolving import causes, migrate

SPEC = TechnicianMigration.spec
JOINED = datetime(2019, 9, 1, tzinfo=UTC)
USER = {"id": 70, "username": "t.nakamura", "is_active": False, "date_joined": JOINED}


def test_a_technician_who_left_comes_along():
    outcome = migrate(SPEC, USER, known={"profiles": {70}})
    assert outcome.good == [
        {"profile": "profiles 70", "employee_number": "t.nakamura", "is_active": False, "joined_at": JOINED}
    ]


def test_a_technician_needs_a_profile_and_a_number():
    outcome = migrate(SPEC, USER, USER | {"id": 71, "username": " "}, known={"profiles": {71}})
    assert causes(outcome) == [("71", "employee_number", "required"), ("70", "profile", "missing_parent")]
