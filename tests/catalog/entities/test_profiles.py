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


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [
        ({"patient__id": 5, "doctor_evidence": True}, "patient"),
        ({"doctor_evidence": True, "is_superuser": True}, "doctor"),
        ({"in_technicians": True, "is_staff": True}, "technician"),
        ({"in_masters": True}, "master"),
        ({"in_administrators": True}, "administrator"),
        ({"is_superuser": True}, "administrator"),
        ({"is_staff": True}, "staff"),
        ({}, "unclassified"),
    ],
)
def test_the_strongest_evidence_decides_the_type(evidence: dict, kind: str):
    (profile,), _, _ = run(ProfileMigration.spec, USER | evidence)
    assert profile["profile_type"] == kind


@pytest.mark.parametrize("email", ["null", "no at sign", "two@@signs", "blank @x.org", "@"])
def test_what_is_no_address_is_left_out_and_noted(email: str):
    (profile,), _, (resolved,) = run(ProfileMigration.spec, USER | {"email": email})
    assert profile["email"] is None
    assert (resolved.field, resolved.rule, resolved.old) == ("email", "set_null: not_email", email)


def test_blank_names_are_empty_and_placeholders_are_noted():
    (profile,), _, (resolved,) = run(ProfileMigration.spec, USER | {"first_name": "", "last_name": "NULL", "email": ""})
    assert (profile["first_name"], profile["last_name"], profile["email"]) == (None, None, None)
    assert (resolved.field, resolved.rule) == ("last_name", "set_null: placeholder_text")


def test_who_cannot_log_in_is_a_person_all_the_same():
    (profile,), rejected, _ = run(ProfileMigration.spec, USER | {"username": ""})
    assert (profile["username"], rejected) == (None, [])
