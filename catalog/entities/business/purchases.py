"""Purchases: the lines of commercial orders."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Purchase
from catalog.transforms import money
from legacy.models import Purchase as LegacyPurchase


class PurchaseMigration(EntityMigration, script=16, source=LegacyPurchase, target=Purchase):
    """A line of a commercial order, which knows the clinical order. Nothing is derived from payments."""

    purchase_order = Reference("order_id")
    product = Reference("product_id", on_missing=OnMissing.SET_NULL)
    quantity = Column("quantity")
    price = Column("price", money)
