"""Who works where, and what doctors and users have set."""

from datetime import timedelta
from random import Random
from typing import Any

from legacy.demo.world import Doctor, World, moment

_PREFERENCES = ('{"ipr": "minimal", "attachments": true}', '{"ipr": "none", "memo": "抜歯を避ける"}', "{}", "", None)
_TIME_ZONES = ("UTC", "America/New_York", "Asia/Tokyo", "Asia/Bangkok")


def settings(world: World) -> None:
    """Offices of the doctors, settings of the doctors with their masters and sales people, preferences of the users."""
    rng = world.rng("setting")
    pairs = [(office, doctor.id) for doctor in world.doctors for office in doctor.offices]
    world.put("dispatch_office_doctors", "id office_id user_id", ((2 * n, *pair) for n, pair in enumerate(pairs, 1)))
    world.put(
        "dispatch_doctorsetting",
        "id user_id clinical_preferences sq_customer_id promised_payment credit tier_finish tier_type"
        " installment_payments baa_agreed_at eula_agreed_at company_account",
        (_doctor_row(rng, n, doctor) for n, doctor in enumerate(world.doctors, 1)),
    )
    for table, chosen in (("masters", world.staff[32:38]), ("sales", world.staff[42:46])):
        world.put(
            f"dispatch_doctorsetting_{table}",
            "id doctorsetting_id user_id",
            ((n, 6 * n - 3, rng.choice(chosen)) for n in range(1, (len(world.doctors) + 1) // 2 + 1)),
        )
    users = [*world.staff, *(doctor.id for doctor in world.doctors if rng.random() < 0.93)]
    world.put(
        "dispatch_usersetting",
        "id user_id language_id timezone email_notifications options",
        (_user_row(rng, n, user) for n, user in enumerate(users, 1)),
    )


def _doctor_row(rng: Random, n: int, doctor: Doctor) -> tuple[Any, ...]:
    agreed = doctor.joined + timedelta(days=2) if doctor.offices else None
    return (
        3 * n,
        doctor.id,
        rng.choice(_PREFERENCES),
        f"CUST{rng.getrandbits(40):010X}" if doctor.offices else None,
        rng.random() < 0.1,
        rng.choice(("0.00",) * 8 + ("12.50", "250.00", "487.75")),
        moment(1).date() if n % 7 == 0 else None,
        n % 4,
        rng.choice((None, 3, 6, 12)),
        agreed,
        agreed,
        n % 29 == 0,
    )


def _user_row(rng: Random, n: int, user: int) -> tuple[Any, ...]:
    options = rng.choice(('{"dense": true}', "{}", ""))
    return n, user, rng.choice((1, 1, 1, 2, 3, None)), rng.choice(_TIME_ZONES), rng.random() < 0.8, options
