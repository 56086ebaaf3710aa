from decimal import Decimal

from catalog.entities.business.purchases import PurchaseMigration
from tests.catalog.resolving import causes, migrate

LINE = {"id": 8, "order_id": 4, "product_id": 5, "quantity": 2, "price": Decimal("1995.10")}


def test_a_line_of_a_commercial_order():
    outcome = migrate(PurchaseMigration.spec, LINE, known={"purchase_orders": {4}, "products": {5}})
    assert outcome.good == [
        {"purchase_order": "purchase_orders 4", "product": "products 5", "quantity": 2, "price": Decimal("1995.10")}
    ]


def test_a_line_of_no_order_is_refused():
    outcome = migrate(PurchaseMigration.spec, LINE, LINE | {"id": 9, "order_id": None}, known={"products": {5}})
    assert outcome.good == []
    assert causes(outcome) == [("8", "purchase_order", "missing_parent"), ("9", "purchase_order", "required")]


def test_a_product_that_is_gone_is_noted_and_the_money_stays():
    outcome = migrate(PurchaseMigration.spec, LINE, known={"purchase_orders": {4}})
    assert (outcome.good[0]["product"], outcome.good[0]["price"]) == (None, Decimal("1995.10"))
    assert [(r.field, r.rule) for r in outcome.resolved] == [("product", "set_null: missing_parent")]


def test_parts_of_a_cent_are_refused_not_rounded():
    outcome = migrate(PurchaseMigration.spec, LINE | {"price": Decimal("0.005")}, known={"purchase_orders": {4}})
    assert causes(outcome) == [("8", "price", "out_of_range")]
