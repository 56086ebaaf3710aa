"""Tasks: the steps of the work on orders."""

from datetime import datetime

from catalog.declare import Column, Derived, EntityMigration, OnMissing, Reference
from catalog.target.models import Task
from catalog.target.models.codes import TaskStatus
from catalog.transforms import unless_blank
from legacy.models import Task as LegacyTask


def task_status(checked: bool | None, done_at: datetime | None) -> TaskStatus:
    """The old system's own reading: done and checked is completed, done alone is in progress, all else is pending."""
    if done_at is None:
        return TaskStatus.PENDING
    return TaskStatus.COMPLETED if checked else TaskStatus.IN_PROGRESS


class TaskMigration(EntityMigration, script=23, source=LegacyTask, target=Task):
    """A step of work. A task that names no clinical order has that of its plan."""

    order = Reference("instruction_id", "plan__instruction_id")
    treatment_plan = Reference("plan_id", on_missing=OnMissing.SET_NULL)
    purchase_order = Reference("order_id", on_missing=OnMissing.SET_NULL)
    template = Reference("template_id", on_missing=OnMissing.SET_NULL)
    assigned_to = Reference("actor_id", on_missing=OnMissing.SET_NULL)
    file = Reference("file_id", on_missing=OnMissing.SET_NULL)
    status = Derived("checked", "done_at", by=task_status)
    is_checked = Column("checked")
    done_at = Column("done_at")
    description = Column("text", unless_blank)
    jaw_code = Column("jaw")
