"""Offers and discounts: half of the offers and a tenth of the discounts were lost once."""

from catalog.entities.business.discounts import DiscountMigration
from catalog.entities.business.offers import OfferMigration
from catalog.validation import Validation


class OfferDiscountValidation(
    Validation, script=42, name="validate_offers_discounts", entities=(OfferMigration, DiscountMigration)
):
    """Every offer and every discount arrived, belongs to the right doctor, product and offer, and says the same."""
