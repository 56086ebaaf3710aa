"""Discounts: reductions of offers."""

from catalog.declare import Column, EntityMigration, OnInvalid, Reference
from catalog.target.models import Discount
from catalog.transforms import between, blank
from legacy.models import Discount as LegacyDiscount


class DiscountMigration(EntityMigration, script=18, source=LegacyDiscount, target=Discount):
    """A reduction of an offer in percent; it means nothing without the offer. Its dates tell whether it is over.

    One that takes off more than there is arrives without its percentage, for somebody to look at.
    """

    offer = Reference("offer_id")
    percent = Column("percent", between(0, 100), on_invalid=OnInvalid.SET_NULL)
    reason = Column("reason", blank)
    valid_from = Column("start")
    valid_until = Column("finish")
    max_uses = Column("count")
    used_count = Column("used")
    is_total = Column("total")
