"""Orders: one for every clinical instruction, deleted ones too."""

from catalog.declare import Column, Derived, EntityMigration, OnInvalid, OnMissing, Reference
from catalog.target.models import Order
from catalog.target.models.codes import OrderStatus
from catalog.transforms import blank, json_value, money, one_of, unless_blank
from legacy.models import Instruction

STATUS = {
    0: OrderStatus.NO_PRODUCT,
    1: OrderStatus.SUBMITTED,
    2: OrderStatus.APPROVED,
    4: OrderStatus.SHIPPED,
}


def order_number(patient_suffix: str | None, legacy_id: int) -> str:
    """The number that the laboratory prints: the patient's suffix, where there is one, and the instruction's id."""
    suffix = (patient_suffix or "").strip()
    return f"{suffix}-{legacy_id}" if suffix else str(legacy_id)


class OrderMigration(
    EntityMigration,
    script=5,
    source=Instruction,
    target=Order,
    match=("order_number",),
):
    """A clinical instruction. Doctor and office are those of its patient, as in the old system.

    When an order was approved or shipped the old system did not record, so the new one does not know either.
    """

    order_number = Derived("patient__suffix", "id", by=order_number)
    suffix = Column("suffix", blank)
    sequence = Column("order")
    patient = Reference("patient_id")
    doctor = Reference("patient__doctor_id", on_missing=OnMissing.SET_NULL)
    office = Reference("patient__office_id", on_missing=OnMissing.SET_NULL)
    course = Reference("course_id", on_missing=OnMissing.SET_NULL)
    status = Column("status", one_of(STATUS))
    is_deleted = Column("deleted")
    amount = Column("price", money)
    notes = Column("notes", unless_blank)
    complaint = Column("complaint", unless_blank)
    objective = Column("objective", unless_blank)
    conditions = Column("conditions", unless_blank)
    accepts_extraction = Column("accept_extraction")
    is_comprehensive = Column("comprehensive")
    exports = Column("exports", json_value, on_invalid=OnInvalid.KEEP_RAW)
    submitted_at = Column("submitted_at")
    updated_at = Column("updated_at")
