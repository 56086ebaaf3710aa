"""Users, the offices of the doctors, settings: everybody who is a row of auth_user."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from legacy.demo import places, words
from legacy.demo.world import BEGIN, Doctor, Patient, World, cumulative, moment

PATIENT, DOCTOR, SALES, ADMINISTRATOR, MASTER, SUPPORT, TECHNICIAN = 1, 2, 3, 4, 5, 6, 11
#: The staff of fifty: 32 technicians, six masters, four each of administrators, sales and support.
STAFF_GROUPS = [TECHNICIAN] * 32 + [MASTER] * 6 + [ADMINISTRATOR] * 4 + [SALES] * 4 + [SUPPORT] * 4
#: The doctor whom the original scripts could not find, by the id that the old system gave.
DOCTOR_71 = 71
#: The share of doctors who ever had a patient: 741 of 1,213 had none.
_ORDERING = 472 / 1213
_LAST_PATIENT = 523_064
_USER_COLUMNS = "id username first_name last_name email password is_superuser is_staff is_active date_joined last_login"


def offices(world: World) -> None:
    """Offices in ten countries, as they spell themselves; the first ones of each country are still valid."""
    rng = world.rng("office")
    chosen = places.spread(world.count("office"))
    rng.shuffle(chosen)
    ids = world.ids("office", len(chosen))
    valid = set(ids[:12]) | set(rng.sample(ids[12:], world.count("valid_office") - 12))
    rows = []
    for pk, country in zip(ids, chosen, strict=True):
        world.offices.setdefault(country.name, []).append(pk)
        city, state = rng.choice(country.cities)
        name = (
            f"{city}{rng.choice(words.PRACTICES_JP)}"
            if country.name == "Japan"
            else f"{rng.choice(words.FAMILY)} {rng.choice(words.PRACTICES)}"
        )
        rows.append(
            (
                pk,
                name,
                places.street(rng, country),
                f"Suite {rng.randint(1, 400)}" if rng.random() < 0.3 else "",
                city,
                state,
                places.digits(rng, country.zip),
                country.name,
                places.digits(rng, country.phone),
                rng.choice(country.tax),
                pk in valid,
                f"CUST{rng.getrandbits(40):010X}" if rng.random() < 0.4 else None,
                rng.random() < 0.7,
            )
        )
    world.put(
        "dispatch_office", "id name address apt city state zip country phone tax_rate valid sq_customer_id emails", rows
    )


def users(world: World) -> None:
    """Staff, doctors and patients in the order in which they joined, with groups and the patients' own rows."""
    doctors, patients = world.count("doctor"), world.count("patient")
    low = [pk for pk in range(2, 130) if pk != DOCTOR_71]
    world.staff = sorted(world.rng("staff").sample(low, world.count("staff")))
    world.technicians = world.staff[: STAFF_GROUPS.count(TECHNICIAN)]
    rng = world.rng("joined")
    joined = sorted(
        [
            *((t, True) for t in cumulative(rng, doctors - 1, 0, 0.97)),
            *((t, False) for t in cumulative(rng, patients, 0.01)),
        ]
    )
    ids = [pk + 130 for pk in world.ids("user", len(joined), 560_000)]
    people = [(pk, moment(fraction)) for pk, (fraction, _) in zip(ids, joined, strict=True)]
    _doctors(world, [(DOCTOR_71, BEGIN), *(who for who, (_, doctor) in zip(people, joined, strict=True) if doctor)])
    _assign(world, [who for who, (_, doctor) in zip(people, joined, strict=True) if not doctor])
    world.put("auth_user", _USER_COLUMNS, _user_rows(world))
    _groups(world)


def _doctors(world: World, joiners: list[tuple[int, datetime]]) -> None:
    """Every doctor with a country; those who will have patients with one to three offices in it."""
    rng = world.rng("doctor")
    countries = [country for country, ids in world.offices.items() for _ in ids]
    ordering = set(rng.sample(range(1, len(joiners)), round(len(joiners) * _ORDERING) - 2)) | {1, 2}
    for n, (pk, joined) in enumerate(joiners):
        country = rng.choice(countries)
        near = world.offices[country]
        works_in = rng.sample(near, min(len(near), rng.choice((1, 1, 1, 1, 2, 3)))) if n in ordering or n == 0 else []
        # The first two are there from the beginning, so that every patient finds a doctor who has joined before.
        world.doctors.append(Doctor(pk, BEGIN if n < 3 else joined, works_in, country))


def _assign(world: World, joiners: list[tuple[int, datetime]]) -> None:
    """Each patient with a doctor who had joined by then, in one of the doctor's offices; earlier doctors have more."""
    rng = world.rng("patient")
    ordering = sorted((d for d in world.doctors if d.offices and d.id != DOCTOR_71), key=lambda d: (d.joined, d.id))
    since = [doctor.joined for doctor in ordering]
    ids = world.ids("patient", len(joiners), _LAST_PATIENT)
    for pk, (user, joined) in zip(ids, joiners, strict=True):
        doctor = ordering[int(bisect_right(since, joined) * rng.random() ** 1.4)]
        office = None if rng.random() < 0.047 else rng.choice(doctor.offices)
        world.patients.append(Patient(pk, user, doctor.id, office, joined))


def name_of(rng: Random, country: str | None) -> tuple[str, str]:
    """Given and family name as they are common in a country."""
    given, family = words.NAMES.get(country or "", (words.GIVEN, words.FAMILY))
    return rng.choice(given), rng.choice(family)


def _user_rows(world: World) -> Iterator[tuple[Any, ...]]:
    """Rows of auth_user. Passwords are unusable; e-mails lie in example.com, a fifth of the patients have none."""
    rng = world.rng("user")
    for n, pk in enumerate(world.staff):
        group = STAFF_GROUPS[n]
        first, last = name_of(rng, rng.choice((None, None, "Japan", "Thailand")))
        manager = group in (MASTER, ADMINISTRATOR)
        yield (
            pk,
            f"staff{pk}",
            first,
            last,
            f"staff{pk}@lab.example.com",
            "!",
            group == ADMINISTRATOR,
            manager,
            n % 9 != 8,
            BEGIN,
            moment(1),
        )
    for doctor in world.doctors:
        first, last = name_of(rng, doctor.country)
        seen = None if rng.random() < 0.29 else doctor.joined + timedelta(days=rng.randint(1, 200))
        active = bool(doctor.offices) or rng.random() < 0.78
        yield _user_row(
            doctor.id, f"dr{doctor.id}", first, last, f"dr{doctor.id}@practice.example.com", active, doctor.joined, seen
        )
    country_of = {doctor.id: doctor.country for doctor in world.doctors}
    for patient in world.patients:
        first, last = name_of(rng, country_of[patient.doctor])
        email = f"p{patient.user}@mail.example.com" if rng.random() < 0.8 else ""
        yield _user_row(
            patient.user, f"patient{patient.user}", first, last, email, rng.random() < 0.97, patient.since, None
        )


def _user_row(
    pk: int, username: str, first: str, last: str, email: str, active: bool, joined: datetime, seen: datetime | None
) -> tuple[Any, ...]:
    """A row of auth_user for somebody who is not staff."""
    return pk, username, first, last, email, "!", False, False, active, joined, seen


def _groups(world: World) -> None:
    """Memberships: one for most, two for the masters; a third of the doctors without patients have none."""
    pairs = [(pk, group) for pk, group in zip(world.staff, STAFF_GROUPS, strict=True)]
    pairs += [(pk, TECHNICIAN) for pk, group in pairs if group == MASTER]
    pairs += [(doctor.id, DOCTOR) for n, doctor in enumerate(world.doctors) if doctor.offices or n % 3]
    pairs += [(patient.user, PATIENT) for patient in world.patients]
    world.put("auth_user_groups", "id user_id group_id", ((n, *pair) for n, pair in enumerate(pairs, 1)))
