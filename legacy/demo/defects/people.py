"""Defects of users: names, addresses, accounts."""

from legacy.demo.people import DOCTOR, DOCTOR_71, MASTER
from legacy.demo.planter import Planter, migrated, resolved

_PATIENT_USER = "EXISTS (SELECT FROM dispatch_patient p WHERE p.user_id = t.id)"
#: A doctor without an office, and so without patients.
IDLE_DOCTOR = """EXISTS (SELECT FROM dispatch_doctorsetting s WHERE s.user_id = t.id) AND t.id <> 71
    AND NOT EXISTS (SELECT FROM dispatch_office_doctors o WHERE o.user_id = t.id)"""


def doctor_typed_as_master(plant: Planter) -> None:
    """User 71: a doctor who was a superuser and a master, so that look-ups for doctors missed him."""
    plant.change("auth_user", [DOCTOR_71], "is_superuser", True)
    plant.store.run(
        "UPDATE auth_user_groups SET group_id = %s WHERE user_id = %s AND group_id = %s", [MASTER, DOCTOR_71, DOCTOR]
    )
    plant.take("auth_user", [DOCTOR_71])
    plant.expect(
        "doctor_typed_as_master",
        "auth_user",
        [DOCTOR_71],
        migrated("profiles"),
        migrated("doctors"),
        note="a doctor by evidence",
    )


def names_blank(plant: Planter) -> None:
    """Blank first names, which the original called 'Unknown'. Nothing is there, so nothing is written."""
    plant.spoil(
        "names_blank", "auth_user", plant.share(60), "first_name", "", migrated("profiles"), where=_PATIENT_USER
    )


def names_null_text(plant: Planter) -> None:
    """Names that are the text 'null': left out, and the omission is recorded."""
    for column in ("first_name", "last_name"):
        plant.spoil(
            "names_null_text",
            "auth_user",
            plant.share(25),
            column,
            "null",
            resolved("profiles", column, "placeholder_text"),
            where=_PATIENT_USER,
        )


def emails_unusable(plant: Planter) -> None:
    """E-mail texts that are no address, for which the original's orchestrator made up placeholder addresses."""
    for value in ("null", "no-mail.example.com", "ask the front desk"):
        plant.spoil(
            "emails_unusable",
            "auth_user",
            plant.share(12),
            "email",
            value,
            resolved("profiles", "email", "not_email"),
            where=_PATIENT_USER,
        )


def emails_with_apostrophe(plant: Planter) -> None:
    """Addresses with an apostrophe, which the original's pattern refused; they are valid."""
    plant.spoil(
        "emails_with_apostrophe",
        "auth_user",
        plant.share(5),
        "email",
        "m.o'brien@mail.example.com",
        migrated("profiles"),
        where=_PATIENT_USER,
    )


def emails_shared(plant: Planter) -> None:
    """Seven addresses shared by up to eleven doctors (62 too many): the original merged different people."""
    for number, people in list(enumerate((12, 11, 11, 10, 10, 8, 7)))[: plant.share(7)]:
        plant.spoil(
            "emails_shared",
            "auth_user",
            plant.share(people, least=2),
            "email",
            f"frontdesk{number}@practice.example.com",
            migrated("profiles"),
            where=IDLE_DOCTOR,
        )


def doctor_names_shared(plant: Planter) -> None:
    """Doctors with the same name, mostly people who registered again (40 names, 122 too many)."""
    for number in range(plant.share(40)):
        ids = plant.pick("doctor_names_shared", "auth_user", 4, IDLE_DOCTOR)
        plant.store.run(
            "UPDATE auth_user SET first_name = 'Dana', last_name = %s WHERE id = ANY(%s)", [f"Again {number}", ids]
        )
        plant.expect(
            "doctor_names_shared",
            "auth_user",
            ids,
            migrated("profiles"),
            migrated("doctors"),
            note="same name, other person",
        )


def test_accounts(plant: Planter) -> None:
    """Accounts of the company's own testers (215 and 7 by domain, one demo account): data like any other."""
    for amount, email in ((215, "test@lab.example.com"), (7, "qa@parent.example.com"), (1, "demo@example.com")):
        plant.spoil(
            "test_accounts", "auth_user", plant.share(amount), "email", email, migrated("profiles"), where=_PATIENT_USER
        )


def doctors_inactive(plant: Planter) -> None:
    """Doctors who are inactive or never logged in, left out by one script and taken by the next."""
    for amount, column, value in ((166, "is_active", False), (350, "last_login", None)):
        plant.spoil(
            "doctors_inactive",
            "auth_user",
            plant.share(amount) // 2 + 1,
            column,
            value,
            migrated("profiles"),
            migrated("doctors"),
            where=IDLE_DOCTOR,
        )


def username_blank(plant: Planter) -> None:
    """A patient's account without a username: nobody can log in with it, and the patient is there all the same."""
    where = (
        _PATIENT_USER
        + """ AND EXISTS (SELECT FROM dispatch_instruction i JOIN dispatch_patient p ON p.id = i.patient_id
        WHERE p.user_id = t.id AND i.status = 4 AND NOT i.deleted)"""
    )
    plant.spoil(
        "username_blank",
        "auth_user",
        plant.share(2),
        "username",
        "",
        migrated("profiles"),
        where=where,
    )


DEFECTS = (
    doctor_typed_as_master,
    names_blank,
    names_null_text,
    emails_unusable,
    emails_with_apostrophe,
    emails_shared,
    doctor_names_shared,
    test_accounts,
    doctors_inactive,
    username_blank,
)
