"""Defects of tasks."""

from legacy.demo.defects.orders import lost
from legacy.demo.planter import Planter, migrated

#: Tasks of which the original found no order, of 768,962.
WITHOUT_ORDER = 6_358
_HAS_ORDER = "t.instruction_id IS NOT NULL"
_PLAN_ORDER_ARRIVES = """EXISTS (SELECT FROM dispatch_plan pl JOIN dispatch_instruction i ON i.id = pl.instruction_id
    WHERE pl.id = t.plan_id AND i.id = t.instruction_id)"""


def order_missing(plant: Planter) -> None:
    """6,358 tasks without an order: many have a plan that knows it, others nothing, or a key that leads nowhere.

    The tasks of orders whose people are missing are among them.
    """
    total = plant.share(WITHOUT_ORDER, least=6)
    hopeless = plant.store.column(
        f"SELECT t.id FROM dispatch_task t JOIN dispatch_instruction i ON i.id = t.instruction_id"
        f" WHERE {lost('i')} ORDER BY t.id"
    )
    plant.take("dispatch_task", hopeless)
    left = max(total - len(hopeless), 3)
    through_plan = left * 6 // 10
    _through_plan(plant, through_plan)
    nothing = plant.pick("task_order_missing", "dispatch_task", (left - through_plan) // 2, _HAS_ORDER)
    dangling = plant.pick("task_order_missing", "dispatch_task", left - through_plan - len(nothing), _HAS_ORDER)
    plant.change("dispatch_task", [*nothing, *dangling, *hopeless], "plan_id", None)
    plant.change("dispatch_task", [*nothing, *hopeless], "instruction_id", None)
    plant.dangle("dispatch_task", dangling, "instruction_id", "dispatch_instruction")
    plant.blame(
        "task_order_missing", "dispatch_task", [*nothing, *hopeless, *dangling], "order", "neither instruction nor plan"
    )


def _through_plan(plant: Planter, amount: int) -> None:
    ids = plant.pick("task_order_through_plan", "dispatch_task", amount, _PLAN_ORDER_ARRIVES)
    plant.change("dispatch_task", ids, "instruction_id", None)
    plant.expect("task_order_through_plan", "dispatch_task", ids, migrated("tasks"), note="the order is the plan's")


def actor_or_template_gone(plant: Planter) -> None:
    """Tasks done by somebody who is gone, or made from a template that is gone: they keep their order."""
    for column, parent, field in (
        ("actor_id", "auth_user", "assigned_to"),
        ("template_id", "dispatch_template", "template"),
    ):
        plant.lose(
            f"task_{field}_gone",
            "dispatch_task",
            plant.share(60),
            column,
            parent,
            field,
            where=_HAS_ORDER,
        )


def in_japanese(plant: Planter) -> None:
    """Texts in Japanese."""
    plant.spoil(
        "japanese_text",
        "dispatch_task",
        plant.share(200),
        "text",
        "再スキャン待ち。担当者に連絡済み",
        migrated("tasks"),
        where=_HAS_ORDER,
    )


DEFECTS = (order_missing, actor_or_template_gone, in_japanese)
