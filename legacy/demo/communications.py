"""Records (messages), comments on plans, notes about doctors, notifications."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from legacy.demo import words
from legacy.demo.people import TECHNICIAN
from legacy.demo.reference import INSTRUCTION_TYPE, PATIENT_TYPE, PLAN_TYPE, USER_TYPE
from legacy.demo.world import END, World, moment

#: Record types in use; 3 user communication, 5 clinical note, 6 patient communication, 8 status update, 4 image.
_RECORD_TYPES = (3,) * 8 + (5,) * 5 + (6,) * 4 + (8,) * 3 + (4,)
_TEMPLATES = ("order_submitted", "plan_ready", "order_shipped", "invoice_due", "comment_added")


def records(world: World) -> None:
    """Messages in the order of time, 85 % about a patient or a user, the others about a plan."""
    rng = world.rng("record")
    total = world.count("record")
    world.records = world.ids("record", total)
    authors = [*world.staff, *(doctor.id for doctor in world.doctors if doctor.offices)]

    def rows() -> Iterator[tuple[Any, ...]]:
        for n, pk in enumerate(world.records):
            chance = rng.random()
            if chance < 0.70:
                about, kind = rng.choice(world.patients).id, PATIENT_TYPE
            elif chance < 0.85:
                about, kind = rng.choice(world.doctors).id, USER_TYPE
            else:
                about, kind = rng.choice(world.plans).id, PLAN_TYPE
            yield (
                pk,
                about,
                kind,
                rng.choice(_RECORD_TYPES),
                moment(n / total),
                rng.choice(words.MESSAGES),
                rng.choice(authors) if rng.random() < 0.95 else None,
                TECHNICIAN if rng.random() < 0.2 else None,
                rng.choice((True, False, None)),
            )

    world.put("dispatch_record", "id target_id target_type_id type created_at text author_id group_id public", rows())


def conversations(world: World) -> None:
    """Comments on plans, notes about doctors, attachments, the roles and the readers of records."""
    people = [*world.staff, *(doctor.id for doctor in world.doctors if doctor.offices)]
    _comments(world, people)
    rng = world.rng("note")
    notes = world.ids("note", world.count("note"))
    world.put(
        "dispatch_note",
        "id created_at text author_id doctor_id",
        (
            (
                pk,
                moment(0.45 + 0.55 * n / len(notes)),
                rng.choice(words.DOCTOR_NOTES),
                author,
                rng.choice(world.doctors).id,
            )
            for n, pk in enumerate(notes)
            for author in [rng.choice(world.staff[:21])]
        ),
    )
    files, roles = world.count("record_attachments"), world.count("record_roles")
    _join(
        world,
        "record_attachments",
        "record_id file_id",
        rng.choices(world.records, k=files),
        rng.sample(world.files, files),
    )
    _join(
        world, "record_roles", "record_id role_id", rng.sample(world.records, roles), rng.choices(world.roles, k=roles)
    )
    readings = enumerate(rng.sample(world.records, world.count("reading")), 1)
    world.put(
        "dispatch_reading",
        "id record_id user_id read_at",
        ((n, record, rng.choice(people), moment(0.5 + n / 10_000)) for n, record in readings),
    )


def _comments(world: World, people: list[int]) -> None:
    rng = world.rng("comment")
    about = sorted(rng.choices(range(len(world.plans)), k=world.count("comment")))
    world.put(
        "dispatch_comment",
        "id created_at text author_id plan_id",
        (
            (
                pk,
                min(world.plans[n].at + timedelta(hours=rng.randint(1, 300)), END),
                rng.choice(words.COMMENTS),
                rng.choice(people) if rng.random() < 0.98 else None,
                world.plans[n].id,
            )
            for pk, n in zip(world.ids("comment", len(about)), about, strict=True)
        ),
    )


def _join(world: World, name: str, columns: str, left: list[int], right: list[int]) -> None:
    pairs = zip(left, right, strict=True)
    world.put(f"dispatch_{name}", f"id {columns}", ((n, *pair) for n, pair in enumerate(pairs, 1)))


def notifications(world: World) -> None:
    """Generated messages about orders to their doctors; the context is JSON, as a rule."""
    rng = world.rng("notification")
    orders = [order for order in world.orders if not order.deleted]
    total = world.count("notification")

    def rows() -> Iterator[tuple[Any, ...]]:
        for n, pk in enumerate(world.ids("notification", total)):
            order = orders[n * len(orders) // total]
            context = {"order": order.id, "office": "大阪" if rng.random() < 0.1 else "main", "count": n % 4}
            sent = rng.choice((True,) * 8 + (False, None))
            yield (
                pk,
                min(order.at + timedelta(hours=n % 70), END),
                "lab@example.com",
                rng.choice(_TEMPLATES),
                json.dumps(context, ensure_ascii=rng.random() < 0.5),
                rng.random() < 0.6,
                order.id if n % 9 else None,
                INSTRUCTION_TYPE if n % 9 else None,
                order.doctor,
                sent,
                bool(sent) or rng.random() < 0.5,
            )

    world.put(
        "dispatch_notification",
        "id created_at sender template_name template_context read item_id item_type_id recipient_id sent send",
        rows(),
    )
