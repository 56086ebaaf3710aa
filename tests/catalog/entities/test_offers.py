from decimal import Decimal

from catalog.entities.business.offers import OfferMigration
from tests.catalog.resolving import causes, migrate

OFFER = {
    "id": 43,
    "price_both": Decimal("1995.00"),
    "price_upper": Decimal("1100.50"),
    "price_lower": None,
    "doctor_id": 7,
    "product_id": 5,
}
PRICES = {"price_both": Decimal("1995.00"), "price_upper": Decimal("1100.50"), "price_lower": None}


def test_an_offer_keeps_doctor_product_and_all_prices():
    outcome = migrate(OfferMigration.spec, OFFER, known={"doctors": {7}, "products": {5}})
    assert outcome.good == [{"doctor": "doctors 7", "product": "products 5", **PRICES}]
    assert (outcome.rejected, outcome.resolved) == ([], [])


def test_an_offer_to_a_doctor_who_is_gone_is_kept_and_noted():
    outcome = migrate(OfferMigration.spec, OFFER, known={"products": {5}})
    assert outcome.good == [{"doctor": None, "product": "products 5", **PRICES}]
    assert [(r.field, r.rule, r.old) for r in outcome.resolved] == [("doctor", "set_null: missing_parent", "7")]


def test_an_offer_that_never_had_a_doctor_needs_no_note():
    outcome = migrate(OfferMigration.spec, OFFER | {"doctor_id": None}, known={"products": {5}})
    assert (outcome.good[0]["doctor"], outcome.resolved) == (None, [])


def test_a_price_beyond_the_target_is_refused():
    outcome = migrate(OfferMigration.spec, OFFER | {"price_both": Decimal("12345678901.00")}, known={})
    assert causes(outcome) == [("43", "price_both", "out_of_range")]
