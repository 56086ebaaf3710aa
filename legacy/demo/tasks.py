"""Tasks: the steps of each order, in the order of the templates, done one after the other."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from legacy.demo import words
from legacy.demo.world import END, Plan, World

#: How the share of an order in the tasks depends on its status.
_WEIGHT = {0: 1, 1: 4, 2: 30, 4: 42}


def tasks(world: World) -> None:
    """Tasks of the orders that are not deleted. Those before the order's last steps are done and checked."""
    world.put(
        "dispatch_task",
        "id checked file_id template_id done_at text plan_id instruction_id actor_id jaw order_id",
        _rows(world),
    )


def _rows(world: World) -> Iterator[tuple[Any, ...]]:
    rng = world.rng("task")
    random, technicians, templates = rng.random, world.technicians, world.templates
    kept = [order for order in world.orders if not order.deleted]
    total = world.count("task")
    amounts = _amounts(total, [_WEIGHT[order.status] * (0.4 + 1.2 * random()) for order in kept])
    plans: dict[int, list[Plan]] = defaultdict(list)
    for plan in world.plans:
        plans[plan.order].append(plan)
    ids = iter(world.ids("task", total))
    texts, kinds = len(words.TASK_TEXTS), len(templates)
    for order, amount in zip(kept, amounts, strict=True):
        at, done_until = order.at, amount if order.status == 4 else int(amount * 0.8)
        own, files, purchase = plans[order.id], world.files_of.get(order.id, ()), world.purchase_orders.get(order.id)
        start = int(random() * kinds)
        for n in range(amount):
            at += timedelta(seconds=600 + int(random() * 90_000))
            done = n < done_until and at < END
            chance = random()
            yield (
                next(ids),
                done and chance < 0.97,
                files[n % len(files)] if files and chance < 0.04 else None,
                templates[(start + n) % kinds],
                at if done else None,
                words.TASK_TEXTS[int(random() * texts)] if chance > 0.9 else (None if chance > 0.45 else ""),
                own[n % len(own)].id if own and chance < 0.3 else None,
                order.id,
                technicians[int(random() * len(technicians))] if chance < 0.92 else None,
                n % 3,
                purchase if chance < 0.1 else None,
            )


def _amounts(total: int, weights: list[float]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total exactly."""
    scale, amounts, carry = total / sum(weights), [], 0.0
    for weight in weights:
        carry += weight * scale
        amounts.append(int(carry + 1e-6))
        carry -= amounts[-1]
    amounts[-1] += total - sum(amounts)
    return amounts
