"""What was wrong in the old system, planted on purpose: one function per kind, named after what is wrong."""

from collections.abc import Callable

from legacy.demo.defects import catalogue, orders, patients, people, tasks
from legacy.demo.planter import Planter

#: Every kind of defect, in the order of planting: who is chosen later is not among those chosen before.
DEFECTS: tuple[Callable[[Planter], None], ...] = (
    *people.DEFECTS, *catalogue.DEFECTS, *orders.MISSING_PEOPLE, *patients.DEFECTS, *orders.DEFECTS, *tasks.DEFECTS,
)
