"""Order states: the log of states, as it concerns the order."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import OrderState
from legacy.models import State


class OrderStateMigration(EntityMigration, script=22, source=State, target=OrderState):
    """A state that an order entered or left. Three original scripts read the codes 11 and 12 in three ways."""

    order = Reference("instruction_id")
    state_code = Column("status")
    is_on = Column("on")
    changed_at = Column("changed_at")
    changed_by = Reference("actor_id", on_missing=OnMissing.SET_NULL)
