"""Projects (stored designs) and the plans that refer to them; many plans share one project."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from legacy.demo import words
from legacy.demo.world import BEGIN, END, Plan, World

TREATMENT_PLAN = 3
#: Types in their recorded shares: 52 % are treatment plans.
_TYPES = (TREATMENT_PLAN,) * 52 + (0,) * 14 + (1,) * 14 + (2,) * 6 + (4,) * 4 + (5,) * 3 + (10,) * 4 + (11,) * 3


def projects_and_plans(world: World) -> None:
    """Plans in the order of their instructions, neighbours sharing a project; projects of other types stand alone."""
    rng = world.rng("plan")
    kept = [order for order in world.orders if not order.deleted and order.status]
    amount = world.count("plan")
    owners = sorted(rng.choices(range(len(kept)), k=amount))
    total = world.count("project")
    ids = world.ids("project", total)
    shared = min(round(total * 0.52), amount)
    own = sorted(rng.sample(range(total), shared))
    made_at: dict[int, datetime] = {}
    numbers: dict[int, int] = defaultdict(int)
    rows = []
    for n, (pk, owner) in enumerate(zip(world.ids("plan", amount), owners, strict=True)):
        order = kept[owner]
        numbers[order.id] += 1
        at = min(order.at + timedelta(days=2 + 9 * numbers[order.id], minutes=rng.randint(0, 900)), END)
        project = ids[own[n * shared // amount]]
        made_at[project] = min(at, made_at.get(project, at))
        world.plans.append(Plan(pk, order.id, at))
        rows.append(
            (
                pk,
                order.id,
                project,
                rng.choice(words.NOTES) if rng.random() < 0.2 else None,
                numbers[order.id],
                f"Plan {numbers[order.id]}" if rng.random() < 0.9 else "",
                numbers[order.id] == 1,
            )
        )
    world.put("dispatch_plan", "id instruction_id project_id notes number name original", rows)
    _projects(world, ids, set(own), made_at)


def _projects(world: World, ids: list[int], own: set[int], made_at: dict[int, datetime]) -> None:
    rng = world.rng("project")
    others = [kind for kind in _TYPES if kind != TREATMENT_PLAN]

    def rows() -> Iterator[tuple[Any, ...]]:
        for n, pk in enumerate(ids):
            kind = TREATMENT_PLAN if n in own else rng.choice(others)
            world.projects.setdefault(kind, []).append(pk)
            at = made_at.get(pk) or BEGIN + (END - BEGIN) * (n / len(ids))
            name = "" if rng.random() < 0.2 else f"{'設計' if rng.random() < 0.1 else 'Design'} {pk}"
            creator = rng.choice(world.technicians) if rng.random() < 0.97 else None
            yield (
                pk,
                UUID(int=rng.getrandbits(128), version=4).hex,
                at,
                name,
                rng.randint(2_000, 90_000_000),
                rng.random() < 0.1,
                kind,
                2 if n % 5000 == 4999 else 0,
                creator,
            )

    world.put("dispatch_project", "id uid created_at name size public type status creator_id", rows())
