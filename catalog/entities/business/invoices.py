"""Invoices: the billed side of payments."""

from catalog.declare import Column, EntityMigration, OnInvalid, Reference
from catalog.target.models import Invoice
from catalog.transforms import between, json_list, money, number
from legacy.models import Payment as LegacyPayment


def installment_count(text: str) -> int:
    """How many installments the text lists. Raises `Unfit` where it is no JSON list."""
    return len(json_list(text) or [])


class InvoiceMigration(EntityMigration, script=16, source=LegacyPayment, target=Invoice):
    """What was billed for a payment. The amounts are the recorded ones; nothing is added up again."""

    payment = Reference("id")
    subtotal = Column("subtotal_price", money)
    additional_amount = Column("additional_price", money)
    tax_percent = Column("tax_rate", number, between(0, 100), on_invalid=OnInvalid.SET_NULL)
    tax_amount = Column("tax_value", money)
    used_credit = Column("used_credit", money)
    total = Column("total_price", money)
    installment_count = Column("installments", installment_count, on_invalid=OnInvalid.SET_NULL)
