"""What was wrong in the old system, planted on purpose: one function per kind, with what happened there."""

from collections.abc import Callable

from legacy.demo.defects import (
    business,
    catalogue,
    communications,
    designs,
    offices,
    orders,
    patients,
    people,
    tasks,
    technical,
)
from legacy.demo.planter import Planter

#: Every kind of defect, in the order of planting: who is chosen later is not among those chosen before.
DEFECTS: tuple[Callable[[Planter], None], ...] = (
    *people.DEFECTS,
    *offices.DEFECTS,
    *catalogue.DEFECTS,
    *orders.MISSING_PEOPLE,
    *designs.ORDERS_LOSE_JAWS,
    *patients.DEFECTS,
    *orders.DEFECTS,
    *tasks.DEFECTS,
    *designs.DEFECTS,
    *communications.DEFECTS,
    *business.DEFECTS,
    *technical.DEFECTS,
)
