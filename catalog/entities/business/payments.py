"""Payments: what doctors paid or are to pay."""

from catalog.declare import Column, Derived, EntityMigration, OnMissing, Reference
from catalog.target.models import Payment
from catalog.target.models.codes import PaymentStatus
from catalog.transforms import money
from legacy.models import Payment as LegacyPayment


def payment_status(canceled: bool | None, paid: bool | None) -> PaymentStatus:
    """The old system's own reading of its two flags: cancelled before paid, pending where neither is set."""
    if canceled:
        return PaymentStatus.CANCELLED
    return PaymentStatus.COMPLETED if paid else PaymentStatus.PENDING


class PaymentMigration(EntityMigration, script=15, source=LegacyPayment, target=Payment):
    """The paid side of a payment. Money is kept whether or not order, doctor and office are known."""

    order = Reference("instruction_id", on_missing=OnMissing.SET_NULL)
    purchase_order = Reference("order_id", on_missing=OnMissing.SET_NULL)
    doctor = Reference("doctor_id", on_missing=OnMissing.SET_NULL)
    office = Reference("office_id", on_missing=OnMissing.SET_NULL)
    status = Derived("canceled", "paid", by=payment_status)
    is_paid = Column("paid")
    is_canceled = Column("canceled")
    is_free = Column("free")
    is_netsuite = Column("netsuite")
    paid_amount = Column("paid_price", money)
    custom_amount = Column("custom_price", money)
    made_at = Column("made_at")
