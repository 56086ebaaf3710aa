from catalog.entities.clinical.doctor_offices import DoctorOfficeMigration
from tests.catalog.resolving import migrate


def test_both_ends_are_required():
    rows = [
        {"id": 1, "user_id": 7, "office_id": 3},
        {"id": 2, "user_id": 8, "office_id": 3},
        {"id": 3, "user_id": 7, "office_id": None},
    ]
    known = {"doctors": [7], "offices": [3]}
    good, rejected, _, _ = migrate(DoctorOfficeMigration.spec, *rows, known=known)
    assert len(good) == 1
    assert [(r.legacy_id, r.field, r.code) for r in rejected] == [
        ("2", "doctor", "missing_parent"),
        ("3", "office", "required"),
    ]
