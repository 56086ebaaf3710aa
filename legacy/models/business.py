"""Offices, products, prices and money."""

from django.db import models

from legacy.models.base import Mirror, money, reference


class Office(Mirror):
    """A practice. tax_rate is a percentage (10.2500 is 10.25 %); `valid` is a soft delete; country is free text."""

    name = models.CharField(max_length=255, null=True)
    address = models.CharField(max_length=255, null=True)
    apt = models.CharField(max_length=255, null=True)
    city = models.CharField(max_length=255, null=True)
    state = models.CharField(max_length=255, null=True)
    zip = models.CharField(max_length=32, null=True)
    country = models.CharField(max_length=255, null=True)
    phone = models.CharField(max_length=64, null=True)
    tax_rate = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    valid = models.BooleanField(null=True)
    sq_customer_id = models.CharField(max_length=255, null=True)
    emails = models.BooleanField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_office"


class OfficeDoctor(Mirror):
    """A doctor (a user) works in an office."""

    office = reference("Office")
    user = reference("User")

    class Meta(Mirror.Meta):
        db_table = "dispatch_office_doctors"


class Product(Mirror):
    """Something that can be ordered within a course; `deleted` is a soft delete.

    type: 1 main, 2 refinement, 3 any, 4 replacement, 5 invoice, 6 merchandise. customization: should hold JSON.
    """

    name = models.CharField(max_length=255, null=True)
    description = models.TextField(null=True)
    free = models.BooleanField(null=True)
    deleted = models.BooleanField(null=True)
    customization = models.TextField(null=True)
    type = models.SmallIntegerField(null=True)
    substitute = models.BooleanField(null=True)
    course = reference("Course")

    class Meta(Mirror.Meta):
        db_table = "dispatch_product"


class ProductRole(Mirror):
    """A role that works on a product. Assumed: both references."""

    product = reference("Product")
    role = reference("Role")

    class Meta(Mirror.Meta):
        db_table = "dispatch_product_roles"


class ProductSuccessor(Mirror):
    """A product that may follow another. Assumed: both references."""

    from_product = reference("Product")
    to_product = reference("Product")

    class Meta(Mirror.Meta):
        db_table = "dispatch_product_successors"


class Order(Mirror):
    """A purchase order that payments and tasks may point at; the clinical order is Instruction."""

    instruction = reference("Instruction")
    patient = reference("Patient")
    course = reference("Course")

    class Meta(Mirror.Meta):
        db_table = "dispatch_order"


class Purchase(Mirror):
    """A line of an order."""

    quantity = models.IntegerField(null=True)
    price = money()
    order = reference("Order")
    product = reference("Product")

    class Meta(Mirror.Meta):
        db_table = "dispatch_purchase"


class Payment(Mirror):
    """What a doctor (a user) owes or paid; made_at is NULL while unpaid. No currency is stored.

    There is no status column: canceled means cancelled, otherwise paid means completed, otherwise it is pending.
    tax_rate is a percentage. installments: text that holds a JSON list; '' and '[]' are empty.
    """

    instruction = reference("Instruction")
    order = reference("Order")
    doctor = reference("User")
    office = reference("Office")
    made_at = models.DateTimeField(null=True)
    subtotal_price = money()
    total_price = money()
    paid_price = money()
    additional_price = money()
    used_credit = money()
    tax_value = money()
    tax_rate = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    custom_price = money()
    free = models.BooleanField(null=True)
    paid = models.BooleanField(null=True)
    canceled = models.BooleanField(null=True)
    netsuite = models.BooleanField(null=True)
    installments = models.TextField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_payment"


class Operation(Mirror):
    """A card transaction (Square) of a payment, nothing medical. type: 1 payment, 2 refund."""

    type = models.SmallIntegerField(null=True)
    made_at = models.DateTimeField(null=True)
    price = money()
    sq_order_id = models.CharField(max_length=255, null=True)
    sq_payment_id = models.CharField(max_length=255, null=True)
    sq_refund_id = models.CharField(max_length=255, null=True)
    card_brand = models.CharField(max_length=64, null=True)
    card_bin = models.CharField(max_length=16, null=True)
    card_last = models.CharField(max_length=16, null=True)
    office_card = models.BooleanField(null=True)
    payment = reference("Payment")
    attempts = models.IntegerField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_operation"


class Offer(Mirror):
    """The prices of a product for one doctor (a user): for both jaws, the upper alone, the lower alone."""

    price_both = money()
    price_upper = money()
    price_lower = money()
    doctor = reference("User")
    product = reference("Product")

    class Meta(Mirror.Meta):
        db_table = "dispatch_offer"


class Discount(Mirror):
    """A reduction of an offer, in whole percent.

    count: how often it may be used (NULL: no limit); used: how often it was. The meaning of
    the flag `total` is unknown.
    """

    percent = models.IntegerField(null=True)
    reason = models.CharField(max_length=255, null=True)
    count = models.IntegerField(null=True)
    start = models.DateField(null=True)
    finish = models.DateField(null=True)
    total = models.BooleanField(null=True)
    used = models.IntegerField(null=True)
    offer = reference("Offer")

    class Meta(Mirror.Meta):
        db_table = "dispatch_discount"


class Storage(Mirror):
    """A place where wares are kept. Assumed: every column."""

    name = models.CharField(max_length=255, null=True)
    description = models.TextField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_storage"


class Ware(Mirror):
    """A physical item in a storage, made for an order. Assumed: every column."""

    name = models.CharField(max_length=255, null=True)
    code = models.CharField(max_length=64, null=True)
    quantity = models.IntegerField(null=True)
    storage = reference("Storage")
    instruction = reference("Instruction")
    created_at = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_ware"
