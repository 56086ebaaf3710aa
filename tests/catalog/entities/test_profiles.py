from datetime import UTC, datetime

import pytest

from catalog.entities.clinical.profiles import ProfileMigration
from tests.catalog.transforming import run

USER = {
    "id": 9,
    "username": "anna",
    "first_name": " Anna ",
    "last_name": "O'Brien",
    "email": "Anna@Example.org",
    "password": "pbkdf2$x",
    "is_active": True,
    "is_staff": False,
    "is_superuser": False,
    "date_joined": datetime(2020, 1, 1, tzinfo=UTC),
    "doctor_evidence": False,
    "in_technicians": False,
    "in_masters": False,
    "in_administrators": False,
}


def test_a_profile():
    (profile,), rejected, resolved = run(ProfileMigration.spec, USER)
    assert (rejected, resolved) == ([], [])
    assert (profile["first_name"], profile["last_name"], profile["email"]) == ("Anna", "O'Brien", "anna@example.org")
    assert profile["password_hash"] == "pbkdf2$x"


def test_who_cannot_log_in_is_a_person_all_the_same():
    (profile,), rejected, _ = run(ProfileMigration.spec, USER | {"username": ""})
    assert (profile["username"], rejected) == (None, [])
