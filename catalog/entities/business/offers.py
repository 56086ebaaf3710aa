"""Offers: doctors' price lists."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Offer
from catalog.transforms import money
from legacy.models import Offer as LegacyOffer


class OfferMigration(EntityMigration, script=17, source=LegacyOffer, target=Offer):
    """The prices of a product for a doctor. An offer belongs to no order, and needs none."""

    doctor = Reference("doctor_id", on_missing=OnMissing.SET_NULL)
    product = Reference("product_id", on_missing=OnMissing.SET_NULL)
    price_both = Column("price_both", money)
    price_upper = Column("price_upper", money)
    price_lower = Column("price_lower", money)
