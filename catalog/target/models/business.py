"""Money and stock of the new system. No currency is stored: the old system never recorded one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.target.models.base import TargetModel, codes, only, reference
from catalog.target.models.codes import OperationType, PaymentStatus


def amount() -> models.DecimalField:
    """An amount to the cent, NULL where the old system has none."""
    return models.DecimalField(max_digits=12, decimal_places=2, null=True)


class PurchaseOrder(TargetModel):
    """A commercial order, which payments, purchases and tasks may belong to. `order` is the clinical one behind it."""

    order = reference("target.Order", null=True)
    patient = reference("target.Patient", null=True)
    course = reference("target.Course", null=True)

    class Meta:
        db_table = "purchase_orders"


class Purchase(TargetModel):
    """A line of a commercial order. Whether the price is that of one piece or of the line, nobody recorded."""

    purchase_order = reference("target.PurchaseOrder")
    product = reference("target.Product", null=True)
    quantity = models.IntegerField(null=True)
    price = amount()

    class Meta:
        db_table = "purchases"


class Payment(TargetModel):
    """What a doctor paid or is to pay; the bill is the payment's invoice."""

    order = reference("target.Order", null=True)
    purchase_order = reference("target.PurchaseOrder", null=True)
    doctor = reference("target.Doctor", null=True)
    office = reference("target.Office", null=True)
    status = codes(PaymentStatus)
    is_paid = models.BooleanField(null=True)
    is_canceled = models.BooleanField(null=True)
    is_free = models.BooleanField(null=True)
    #: Handled in NetSuite.
    is_netsuite = models.BooleanField(null=True)
    paid_amount = amount()
    #: A price agreed for this payment alone.
    custom_amount = amount()
    made_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments"
        constraints = [only("payments", "status", PaymentStatus)]


class Invoice(TargetModel):
    """The billed side of a payment."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT)
    subtotal = amount()
    additional_amount = amount()
    #: Percent, as people say it: 10.2500 is 10.25 %.
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    tax_amount = amount()
    used_credit = amount()
    total = amount()
    installment_count = models.IntegerField(null=True)

    class Meta:
        db_table = "invoices"
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_percent__gte=0, tax_percent__lte=100), name="invoices_tax_percent_range"
            ),
        ]


class Installment(TargetModel):
    """A part in which an invoice is paid. `terms` is what the old system wrote down about it, digit for digit."""

    invoice = reference("target.Invoice")
    #: 1 is the first.
    position = models.IntegerField()
    terms = models.JSONField()

    class Meta:
        db_table = "installments"
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="installments_position")]


class PaymentOperation(TargetModel):
    """A card transaction at Square."""

    payment = reference("target.Payment", null=True)
    operation_type = codes(OperationType)
    made_at = models.DateTimeField(null=True)
    amount = amount()
    square_order_id = models.CharField(max_length=255, null=True)
    square_payment_id = models.CharField(max_length=255, null=True)
    square_refund_id = models.CharField(max_length=255, null=True)
    card_brand = models.CharField(max_length=64, null=True)
    #: First and last digits of the card's number; text, as they may begin with a zero.
    card_first_digits = models.CharField(max_length=16, null=True)
    card_last_digits = models.CharField(max_length=16, null=True)
    is_office_card = models.BooleanField(null=True)
    attempts = models.IntegerField(null=True)

    class Meta:
        db_table = "payment_operations"
        constraints = [only("payment_operations", "operation_type", OperationType)]


class Offer(TargetModel):
    """A doctor's price list entry for a product: both jaws, the upper alone, the lower alone."""

    doctor = reference("target.Doctor", null=True)
    product = reference("target.Product", null=True)
    price_both = amount()
    price_upper = amount()
    price_lower = amount()

    class Meta:
        db_table = "offers"


class Discount(TargetModel):
    """A reduction of an offer. No `max_uses` means no limit."""

    offer = reference("target.Offer")
    percent = models.IntegerField(null=True)
    reason = models.CharField(max_length=255, null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    max_uses = models.IntegerField(null=True)
    used_count = models.IntegerField(null=True)
    #: A flag of unknown meaning.
    is_total = models.BooleanField(null=True)

    class Meta:
        db_table = "discounts"
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="discounts_percent_range"),
        ]


class DoctorAccount(TargetModel):
    """The commercial side of a doctor."""

    doctor = models.OneToOneField("target.Doctor", on_delete=models.PROTECT)
    credit = amount()
    has_promised_payment = models.BooleanField(null=True)
    is_company_account = models.BooleanField(null=True)
    square_customer_id = models.CharField(max_length=255, null=True)
    #: An integer of unknown meaning, and the day on which it ends.
    tier_code = models.SmallIntegerField(null=True)
    tier_until = models.DateField(null=True)
    #: An integer of unknown meaning.
    installment_payments = models.IntegerField(null=True)
    baa_agreed_at = models.DateTimeField(null=True)
    eula_agreed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "doctor_accounts"


class Agent(TargetModel):
    """A partner who acts for doctors."""

    profile = reference("target.Profile", null=True)
    name = models.CharField(max_length=255, null=True)
    is_active = models.BooleanField(null=True)

    class Meta:
        db_table = "agents"


class Client(TargetModel):
    """A customer who is not a doctor."""

    profile = reference("target.Profile", null=True)
    name = models.CharField(max_length=255, null=True)
    is_active = models.BooleanField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "clients"


class Storage(TargetModel):
    """A place where wares are kept."""

    name = models.CharField(max_length=255, null=True)
    description = models.TextField(null=True)

    class Meta:
        db_table = "storages"


class Ware(TargetModel):
    """A physical item in a storage."""

    name = models.CharField(max_length=255, null=True)
    code = models.CharField(max_length=64, null=True)
    quantity = models.IntegerField(null=True)
    storage = reference("target.Storage", null=True)
    order = reference("target.Order", null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "wares"


class ProductRole(TargetModel):
    """A role works on a product."""

    product = reference("target.Product")
    role = reference("target.Role")

    class Meta:
        db_table = "product_roles"
        constraints = [models.UniqueConstraint(fields=["product", "role"], name="product_roles_pair")]


class ProductSuccessor(TargetModel):
    """A product may follow another."""

    product = reference("target.Product", related_name="successors")
    successor = reference("target.Product", related_name="predecessors")

    class Meta:
        db_table = "product_successors"
        constraints = [models.UniqueConstraint(fields=["product", "successor"], name="product_successors_pair")]
