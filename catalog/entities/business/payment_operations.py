"""Payment operations: card transactions at Square."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import PaymentOperation
from catalog.target.models.codes import OperationType
from catalog.transforms import blank, money, one_of
from legacy.models import Operation

OPERATION_TYPE = {1: OperationType.PAYMENT, 2: OperationType.REFUND}


class PaymentOperationMigration(EntityMigration, script=16, source=Operation, target=PaymentOperation):
    """A card transaction. It happened, and Square knows it by its ids, also where the payment is unknown."""

    payment = Reference("payment_id", on_missing=OnMissing.SET_NULL)
    operation_type = Column("type", one_of(OPERATION_TYPE))
    made_at = Column("made_at")
    amount = Column("price", money)
    square_order_id = Column("sq_order_id", blank)
    square_payment_id = Column("sq_payment_id", blank)
    square_refund_id = Column("sq_refund_id", blank)
    card_brand = Column("card_brand", blank)
    card_first_digits = Column("card_bin", blank)
    card_last_digits = Column("card_last", blank)
    is_office_card = Column("office_card")
    attempts = Column("attempts")
