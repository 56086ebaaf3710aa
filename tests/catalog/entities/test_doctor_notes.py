from catalog.entities.communications.doctor_notes import DoctorNoteMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run

MIGRATED = {"profiles": {40, 41}}


def test_a_note():
    (note,), rejected, _ = run(DoctorNoteMigration.spec, {"id": 2, "text": "Prefers calls\nin the morning. "})
    assert note == {"content": "Prefers calls\nin the morning. ", "created_at": None}
    assert rejected == []


def test_a_note_that_says_nothing_is_refused():
    good, (rejected,), _ = run(DoctorNoteMigration.spec, {"id": 2, "text": ""})
    assert (good, rejected.field, rejected.code) == ([], "content", "required")


def test_a_note_needs_its_doctor_but_not_its_author():
    good, rejected, resolved = references(
        DoctorNoteMigration.spec,
        MIGRATED,
        {"id": 2, "doctor_id": 40, "author_id": 41},
        {"id": 3, "doctor_id": 40, "author_id": 99},
        {"id": 4, "doctor_id": 99, "author_id": 41},
        {"id": 5, "author_id": 41},
    )
    assert good == [
        {"doctor_profile": "profiles 40", "author": "profiles 41"},
        {"doctor_profile": "profiles 40", "author": None},
    ]
    assert [(r.legacy_id, r.field, r.code) for r in rejected] == [
        ("4", "doctor_profile", "missing_parent"),
        ("5", "doctor_profile", "required"),
    ]
    assert [(r.legacy_id, r.field, r.old) for r in resolved] == [("3", "author", "99")]
