"""Defects of users, offices, doctors and who works where."""

from legacy.demo.people import DOCTOR, DOCTOR_71, MASTER
from legacy.demo.planter import Planter, failed, migrated, resolved

_PATIENT_USER = "EXISTS (SELECT FROM dispatch_patient p WHERE p.user_id = t.id)"
_IDLE_DOCTOR = """EXISTS (SELECT FROM dispatch_doctorsetting s WHERE s.user_id = t.id) AND t.id <> 71
    AND NOT EXISTS (SELECT FROM dispatch_office_doctors o WHERE o.user_id = t.id)"""
_IDLE_OFFICE = """NOT EXISTS (SELECT FROM dispatch_office_doctors o WHERE o.office_id = t.id)
    AND NOT EXISTS (SELECT FROM dispatch_patient p WHERE p.office_id = t.id)"""


def office_name_blank(plant: Planter) -> None:
    """Offices without a name. The original made up 'Office' and the id (D38, D41); a name is required, so they fail."""
    plant.spoil("office_name_blank", "dispatch_office", plant.share(4), "name", "  ", failed("offices", "name", "required"), where=_IDLE_OFFICE)


def office_name_null_text(plant: Planter) -> None:
    """Offices whose name is the text 'null' (D41). One of them is in use, so that its patients lose their office."""
    kind, outcome = "office_name_null_text", failed("offices", "name", "placeholder_text")
    plant.spoil(kind, "dispatch_office", plant.share(2), "name", "null", outcome, where=_IDLE_OFFICE)
    few = "(SELECT count(*) FROM dispatch_patient p WHERE p.office_id = t.id)"
    ids = plant.pick(kind, "dispatch_office", 1, f"{few} > 0", first=few)
    plant.change("dispatch_office", ids, "name", "null")
    plant.expect(kind, "dispatch_office", ids, outcome, note="dispatch_office.name of an office in use")


def office_tax_out_of_range(plant: Planter) -> None:
    """Tax rates that are no percentage. The original divided by 100 and capped at 0.9999 (D14); the value is left out."""
    for value in ("1025.0000", "-7.2500"):
        plant.spoil("office_tax_out_of_range", "dispatch_office", plant.share(2), "tax_rate", value,
                    resolved("offices", "tax_percent", "out_of_range"))


def office_foreign(plant: Planter) -> None:
    """Offices abroad, whose postcode and phone the original stripped to digits, country set to 'US' (D11, D42)."""
    ids = plant.pick("office_foreign", "dispatch_office", plant.share(338), "country <> 'USA' AND valid")
    plant.expect("office_foreign", "dispatch_office", ids, migrated("offices"), note="zip, phone and country stay as written")


def office_not_valid(plant: Planter) -> None:
    """Offices that were marked as not valid: dropped by the original (39 %), though patients and payments named them."""
    ids = plant.pick("office_not_valid", "dispatch_office", plant.share(20), "NOT valid")
    plant.expect("office_not_valid", "dispatch_office", ids, migrated("offices"), note="valid is false")
    ids = plant.pick("office_not_valid", "dispatch_office", plant.share(3))
    plant.change("dispatch_office", ids, "valid", None)
    plant.expect("office_not_valid", "dispatch_office", ids, migrated("offices"), note="valid is NULL")


def doctor_typed_as_master(plant: Planter) -> None:
    """User 71: a doctor who was a superuser and a master, so that look-ups for doctors missed him (D15, D31)."""
    plant.change("auth_user", [DOCTOR_71], "is_superuser", True)
    plant.store.run("UPDATE auth_user_groups SET group_id = %s WHERE user_id = %s AND group_id = %s", [MASTER, DOCTOR_71, DOCTOR])
    plant.take("auth_user", [DOCTOR_71])
    plant.expect("doctor_typed_as_master", "auth_user", [DOCTOR_71], migrated("profiles"), migrated("doctors"), note="a doctor by evidence")


def names_blank(plant: Planter) -> None:
    """Blank first names, which the original called 'Unknown' (D41). Nothing is there, so nothing is written."""
    plant.spoil("names_blank", "auth_user", plant.share(60), "first_name", "", migrated("profiles"), where=_PATIENT_USER)


def names_null_text(plant: Planter) -> None:
    """Names that are the text 'null' (D41): left out, and the omission is recorded."""
    for column in ("first_name", "last_name"):
        plant.spoil("names_null_text", "auth_user", plant.share(25), column, "null",
                    resolved("profiles", column, "placeholder_text"), where=_PATIENT_USER)


def emails_unusable(plant: Planter) -> None:
    """E-mail texts that are no address, for which the original's orchestrator made up placeholder addresses (D7)."""
    for value in ("null", "no-mail.example.com", "ask the front desk"):
        plant.spoil("emails_unusable", "auth_user", plant.share(12), "email", value,
                    resolved("profiles", "email", "not_email"), where=_PATIENT_USER)


def emails_with_apostrophe(plant: Planter) -> None:
    """Addresses with an apostrophe, which the original's pattern refused (D7); they are valid."""
    plant.spoil("emails_with_apostrophe", "auth_user", plant.share(5), "email", "m.o'brien@mail.example.com",
                migrated("profiles"), where=_PATIENT_USER)


def emails_shared(plant: Planter) -> None:
    """Seven addresses shared by up to eleven doctors (62 too many): the original merged different people (D3)."""
    for number, people in list(enumerate((12, 11, 11, 10, 10, 8, 7)))[: plant.share(7)]:
        plant.spoil("emails_shared", "auth_user", plant.share(people, least=2), "email", f"frontdesk{number}@practice.example.com",
                    migrated("profiles"), where=_IDLE_DOCTOR)


def doctor_names_shared(plant: Planter) -> None:
    """Doctors with the same name, mostly people who registered again (D4: 40 names, 122 too many)."""
    for number in range(plant.share(40)):
        ids = plant.pick("doctor_names_shared", "auth_user", 4, _IDLE_DOCTOR)
        plant.store.run("UPDATE auth_user SET first_name = 'Dana', last_name = %s WHERE id = ANY(%s)", [f"Again {number}", ids])
        plant.expect("doctor_names_shared", "auth_user", ids, migrated("profiles"), migrated("doctors"), note="same name, other person")


def test_accounts(plant: Planter) -> None:
    """Accounts of the company's own testers (D5: 215 and 7 by domain, one demo account). They are data like any other."""
    for amount, email in ((215, "test@brius.example.com"), (7, "qa@mechano.example.com"), (1, "demo@example.com")):
        plant.spoil("test_accounts", "auth_user", plant.share(amount), "email", email, migrated("profiles"), where=_PATIENT_USER)


def doctors_inactive(plant: Planter) -> None:
    """Doctors who are inactive or never logged in (D6), left out by one script and taken by the next."""
    for amount, column, value in ((166, "is_active", False), (350, "last_login", None)):
        plant.spoil("doctors_inactive", "auth_user", plant.share(amount) // 2 + 1, column, value,
                    migrated("profiles"), migrated("doctors"), where=_IDLE_DOCTOR)


def username_blank(plant: Planter) -> None:
    """A patient's account without a username: required, so the account, the patient and the orders fail together."""
    where = _PATIENT_USER + """ AND EXISTS (SELECT FROM dispatch_instruction i JOIN dispatch_patient p ON p.id = i.patient_id
        WHERE p.user_id = t.id AND i.status = 4 AND NOT i.deleted)"""
    plant.spoil("username_blank", "auth_user", plant.share(2), "username", "", failed("profiles", "username", "required"), where=where)


def doctor_office_missing(plant: Planter) -> None:
    """Who works where, with a doctor or an office that is gone (D12, D13)."""
    for column, parent, field in (("user_id", "auth_user", "doctor"), ("office_id", "dispatch_office", "office")):
        # A doctor who keeps another office stays the doctor of the patients there.
        ids = _extra_office_doctors(plant, plant.share(3))
        plant.dangle("dispatch_office_doctors", ids, column, parent)
        plant.blame("doctor_office_missing", "dispatch_office_doctors", ids, field, f"dispatch_office_doctors.{column} dangles")


def doctor_office_twice(plant: Planter) -> None:
    """The same doctor in the same office twice: the second pair meets the unique constraint."""
    amount = plant.share(4)
    pairs = plant.pick("doctor_office_twice", "dispatch_office_doctors", amount)
    ids = plant.store.column(
        "INSERT INTO dispatch_office_doctors (id, office_id, user_id) SELECT (SELECT max(id) FROM dispatch_office_doctors)"
        " + row_number() OVER (ORDER BY id), office_id, user_id FROM dispatch_office_doctors WHERE id = ANY(%s) RETURNING id", [pairs])
    plant.take("dispatch_office_doctors", ids)
    plant.expect("doctor_office_twice", "dispatch_office_doctors", sorted(ids), failed("doctor_offices", "", "23505", "load"),
                 note="doctor_offices_pair")


def _extra_office_doctors(plant: Planter, amount: int) -> list[int]:
    """Links added for the purpose, so that nobody loses a sound one."""
    users = plant.pick("doctor_office_missing", "auth_user", amount, _IDLE_DOCTOR)
    ids: list[int] = plant.store.column(
        "INSERT INTO dispatch_office_doctors (id, office_id, user_id) SELECT (SELECT max(id) FROM dispatch_office_doctors)"
        " + row_number() OVER (ORDER BY u), (SELECT min(id) FROM dispatch_office), u FROM unnest(%s::int[]) u RETURNING id", [users])
    plant.take("dispatch_office_doctors", ids)
    return sorted(ids)


DEFECTS = (
    office_name_blank, office_name_null_text, office_tax_out_of_range, office_foreign, office_not_valid, doctor_typed_as_master,
    names_blank, names_null_text, emails_unusable, emails_with_apostrophe, emails_shared, doctor_names_shared, test_accounts,
    doctors_inactive, username_blank, doctor_office_missing, doctor_office_twice,
)
