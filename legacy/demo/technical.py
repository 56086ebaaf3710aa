"""States, brackets, the audit log, the calendar, wares and viewer releases."""

from datetime import timedelta

from legacy.demo.reference import INSTRUCTION_TYPE, USER_TYPE
from legacy.demo.world import BEGIN, END, World, moment

_BRACKETS = (
    "Canine ceramic upper",
    "Molar tube lower",
    "Incisors composite hook",
    "Speed lower V2",
    "Alias square upper V3",
    "犬歯用",
)


def tables(world: World) -> None:
    """Everything that nothing else refers to."""
    _states(world)
    _brackets(world)
    _actions(world)
    _calendar(world)
    _wares(world)


def _states(world: World) -> None:
    """11 treatment active and 12 case closed, on and off, in their recorded shares."""
    rng = world.rng("state")
    kept = [order for order in world.orders if not order.deleted and order.status]
    chosen = sorted(rng.choices(kept, k=world.count("state")))
    world.put(
        "dispatch_state",
        "id status on changed_at actor_id instruction_id",
        (
            (
                pk,
                11 if rng.random() < 0.547 else 12,
                rng.random() < 0.6,
                min(order.at + timedelta(days=rng.randint(1, 60)), END),
                rng.choice(world.staff),
                order.id,
            )
            for pk, order in zip(world.ids("state", len(chosen)), chosen, strict=True)
        ),
    )


def _brackets(world: World) -> None:
    """Brackets of design projects; 293 of 1,569 look like somebody's trials."""
    rng = world.rng("bracket")
    projects = world.projects[11]
    world.put(
        "dispatch_bracket",
        "id name project_id type",
        (
            (
                pk,
                f"test {pk}" if rng.random() < 0.187 else rng.choice(_BRACKETS),
                rng.choice(projects),
                rng.randint(0, 3),
            )
            for pk in world.ids("bracket", world.count("bracket"))
        ),
    )


def _actions(world: World) -> None:
    rng = world.rng("action")
    orders = [order for order in world.orders if not order.deleted]
    actions = world.count("action")
    world.put(
        "dispatch_action",
        "id action date item_id item_type_id owner_id owner_type_id data user_id",
        (
            (
                n,
                rng.choice(("create", "update", "approve", "ship")),
                moment(n / actions),
                rng.choice(orders).id,
                INSTRUCTION_TYPE,
                rng.choice(world.doctors).id,
                USER_TYPE,
                rng.choice(('{"status": [1, 2]}', '{"メモ": "変更"}', "")),
                rng.choice(world.staff),
            )
            for n in range(1, actions + 1)
        ),
    )


def _calendar(world: World) -> None:
    """Visits a month after the order; every eighth entry names no patient."""
    rng = world.rng("event")
    orders = [order for order in world.orders if not order.deleted]
    world.put(
        "dispatch_event",
        "id title kind start finish notes patient_id instruction_id creator_id created_at",
        (
            (
                n,
                rng.choice(("First visit", "Bonding", "Check", "装着")),
                n % 4,
                order.at + timedelta(days=30),
                order.at + timedelta(days=30, hours=1),
                None,
                order.patient if n % 8 else None,
                order.id,
                order.doctor,
                order.at,
            )
            for n, order in enumerate(sorted(rng.sample(orders, world.count("event"))), 1)
        ),
    )


def _wares(world: World) -> None:
    rng = world.rng("ware")
    orders = [order for order in world.orders if not order.deleted]
    wares = world.count("ware")
    world.put(
        "dispatch_ware",
        "id name code quantity storage_id instruction_id created_at",
        (
            (
                pk,
                f"Tray {n % 40}",
                f"W{pk:07d}",
                1,
                1,
                orders[n * len(orders) // wares].id,
                orders[n * len(orders) // wares].at,
            )
            for n, pk in enumerate(world.ids("ware", wares))
        ),
    )
    world.put(
        "dispatch_client3d",
        "id version platform file_id created_at",
        ((n, f"2.{n}", ("win", "mac")[n % 2], rng.choice(world.files), BEGIN) for n in range(1, 7)),
    )
