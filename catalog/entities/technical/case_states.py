"""Case states: the log of states, as it concerns the patient's case."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import CaseState
from legacy.models import State


class CaseStateMigration(EntityMigration, script=22, source=State, target=CaseState):
    """A state that a case entered or left. Three original scripts read the codes 11 and 12 in three ways."""

    case = Reference("instruction__patient_id")
    state_code = Column("status")
    is_on = Column("on")
    changed_at = Column("changed_at")
    changed_by = Reference("actor_id", on_missing=OnMissing.SET_NULL)
