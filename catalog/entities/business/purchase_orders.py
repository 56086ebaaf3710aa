"""Commercial orders: the second kind of order in the old system, beside the clinical instructions."""

from catalog.declare import EntityMigration, OnMissing, Reference
from catalog.target.models import PurchaseOrder
from legacy.models import Order as LegacyOrder


class PurchaseOrderMigration(EntityMigration, script=16, source=LegacyOrder, target=PurchaseOrder):
    """What payments, purchases and tasks point at by order_id. Its lines are worth keeping without a clinical order."""

    order = Reference("instruction_id", on_missing=OnMissing.SET_NULL)
    patient = Reference("patient_id", on_missing=OnMissing.SET_NULL)
    course = Reference("course_id", on_missing=OnMissing.SET_NULL)
