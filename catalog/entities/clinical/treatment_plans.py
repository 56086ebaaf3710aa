"""Treatment plans: all plans of a project, not only its first."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import TreatmentPlan
from catalog.transforms import blank, unless_blank
from legacy.models import Plan


class TreatmentPlanMigration(EntityMigration, script=9, source=Plan, target=TreatmentPlan):
    """A treatment plan. Its patient and doctor are those of its order; a plan whose order is gone keeps its project."""

    project = Reference("project_id")
    order = Reference("instruction_id", on_missing=OnMissing.SET_NULL)
    number = Column("number")
    name = Column("name", blank)
    notes = Column("notes", unless_blank)
    is_original = Column("original")
