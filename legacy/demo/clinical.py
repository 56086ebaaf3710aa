"""Patients, their jaws and their orders (instructions)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from legacy.demo import words
from legacy.demo.world import END, Order, World

#: Most patients are 4 active; then 1, 2, 10 and now and then any other known status, or none.
_STATUS = (4,) * 60 + (1,) * 14 + (2,) * 8 + (10,) * 8 + (3, 5, 6, 7, 8, 9, 11) + (None,) * 3
_SEX = (1,) * 40 + (2,) * 52 + (0,) * 3 + (None,) * 5
_SCHEMES = (
    '{"upper": "aligner", "lower": "aligner"}',
    '{"upper": "lingual", "memo": "夜間のみ"}',
    "{}",
    "",
    '{"stages": [1, 2, 3]}',
)
_EXPORTS = ("{}", "{}", "{}", '{"stl": true}', '{"label": "上顎", "copies": 2}')
_CONDITIONS = ("", "", '{"gum": "healthy"}', "none known", None)
#: 0 no product, 1 submitted, 2 approved, 4 shipped.
_ORDER_STATUS = (4,) * 60 + (2,) * 26 + (1,) * 6 + (0,) * 8
#: Price in cents of a course's order, before options.
_PRICE = {1: 149500, 2: 39500, 3: 9500, 4: 25000, 5: 12075, 7: 2500, 8: 7999}


def patients(world: World) -> None:
    """Patients; one in seven is archived and most of those lost their suffix, some are suspended, a few say neither."""
    rng = world.rng("patient.row")

    def row(pk: int, user: int, doctor: int, office: int | None, since: Any) -> tuple[Any, ...]:
        archived = rng.choice((True,) * 15 + (False,) * 82 + (None,) * 3)
        suffix = (
            ""
            if archived and rng.random() < 0.9
            else f"{rng.randint(0, 99):02d}" + "".join(rng.choices("ABCDEFGHKLMNPRSTUVWXYZ", k=2))
        )
        birth = date(1950, 1, 1) + timedelta(days=rng.randint(0, 24_000)) if rng.random() < 0.96 else None
        updated = min(since + timedelta(days=rng.randint(0, 700), seconds=rng.randint(0, 80_000)), END)
        return (
            pk,
            user,
            doctor,
            office,
            birth,
            rng.choice(_SEX),
            suffix,
            rng.choice(_STATUS),
            archived,
            rng.choice((True, False, False, False, None)) if archived else False,
            rng.choice(_SCHEMES),
            since,
            updated,
        )

    world.put(
        "dispatch_patient",
        "id user_id doctor_id office_id birthdate sex suffix status archived suspended schemes submitted_at updated_at",
        (row(*patient) for patient in world.patients),
    )


def plan_orders(world: World) -> None:
    """Decide the orders: every fifth patient has one, the others more; a patient's first is the main course."""
    rng = world.rng("instruction")
    kept, deleted = world.count("instruction"), world.count("deleted_instruction")
    total = kept + deleted
    patients = world.patients
    single = len(patients) // 5
    owners = [
        *range(len(patients)),
        *(single + int((len(patients) - single) * rng.random()) for _ in range(total - len(patients))),
    ]
    # The single ones are spread over time: which patients they are is decided by a shuffle, not by age.
    order_of = list(range(len(patients)))
    rng.shuffle(order_of)
    made = []
    for n, owner in enumerate(owners):
        patient = patients[order_of[owner]]
        first = n < len(patients)
        left = (END - patient.since).total_seconds()
        at = patient.since + timedelta(seconds=int(left * (0.02 * rng.random() if first else rng.uniform(0.03, 0.98))))
        made.append((at, n, patient, 1 if first else rng.choice((1, 2, 2, 2, 2, 3, 3, 4, 5, 7, 8))))
    made.sort(key=lambda one: one[:2])
    dropped = set(rng.sample(range(total), deleted))
    for pk, (index, (at, _, patient, course)) in zip(world.ids("instruction", total), enumerate(made), strict=True):
        cents = _PRICE[course] + 2500 * rng.randint(0, 4) + (rng.randint(0, 99) if rng.random() < 0.1 else 0)
        status = rng.choice(_ORDER_STATUS)
        world.orders.append(
            Order(
                pk,
                patient.id,
                patient.doctor,
                patient.office,
                course,
                status,
                0 if status == 0 else cents,
                at,
                index in dropped,
            )
        )


def orders(world: World) -> None:
    """Jaws and the instructions that own them: the upper one, the lower one, or both."""
    rng = world.rng("instruction.row")
    kept = [order for order in world.orders if not order.deleted]
    total = world.count("jaw")
    with_jaw = min(len(kept), round(total * 0.6))
    both = set(rng.sample(range(with_jaw), total - with_jaw))
    owners = sorted(rng.sample(range(len(kept)), with_jaw))
    world.jaws = world.ids("jaw", total)
    jaws, pair_of = iter(world.jaws), {}
    for n, owner in enumerate(owners):
        upper = n in both or rng.random() < 0.6
        lower = n in both or not upper
        pair_of[kept[owner].id] = (next(jaws) if upper else None, next(jaws) if lower else None)
    _jaws(world)
    world.put(
        "dispatch_instruction",
        "id patient_id course_id status deleted suffix notes complaint objective conditions scanner_notes price model"
        " scanner cbct accept_extraction comprehensive order upper_jaw_id lower_jaw_id exports submitted_at updated_at",
        _order_rows(world, pair_of),
    )


def _jaws(world: World) -> None:
    rng = world.rng("jaw")
    products = world.products

    def mask(share: float) -> str:
        return "".join("1" if rng.random() < share else "0" for _ in range(16))

    world.put(
        "dispatch_jaw",
        "id bond_teeth extract_teeth reason product_id labial",
        (
            (
                pk,
                mask(0.7),
                "0" * 16 if rng.random() < 0.85 else mask(0.1),
                rng.choice((None,) * 8 + (1, 2, 3)),
                rng.choice(products) if rng.random() < 0.9 else None,
                rng.random() < 0.2,
            )
            for pk in world.jaws
        ),
    )


def _order_rows(world: World, jaws: dict[int, tuple[int | None, int | None]]) -> Iterator[tuple[Any, ...]]:
    rng = world.rng("instruction.text")
    number: dict[int, int] = {}
    for order in world.orders:
        number[order.patient] = number.get(order.patient, 0) + 1
        upper, lower = jaws.get(order.id, (None, None))
        submitted = None if order.status == 0 and rng.random() < 0.6 else order.at
        updated = min(order.at + timedelta(days=rng.randint(1, 90)), END)
        yield (
            order.id,
            order.patient,
            order.course,
            order.status,
            order.deleted,
            f"{number[order.patient]}" if rng.random() < 0.8 else "",
            rng.choice(words.NOTES) if rng.random() < 0.4 else "",
            rng.choice(words.COMPLAINTS) if rng.random() < 0.5 else None,
            rng.choice(words.OBJECTIVES),
            rng.choice(_CONDITIONS),
            "" if rng.random() < 0.9 else "口腔内スキャナー",
            f"{order.cents // 100}.{order.cents % 100:02d}" if order.cents else rng.choice((None, "0.00")),
            rng.randint(0, 3),
            rng.randint(0, 6),
            rng.random() < 0.2,
            rng.choice((True, False, None)),
            rng.choice((True, False, None)),
            number[order.patient],
            upper,
            lower,
            rng.choice(_EXPORTS),
            submitted,
            updated,
        )
