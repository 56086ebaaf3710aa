from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalog.entities.business.payment_operations import PaymentOperationMigration
from tests.catalog.resolving import migrate
from tests.catalog.transforming import run

SPEC = PaymentOperationMigration.spec
OPERATION = {
    "id": 3,
    "type": 2,
    "made_at": datetime(2023, 3, 4, tzinfo=UTC),
    "price": Decimal("250.75"),
    "sq_order_id": "SO1",
    "sq_payment_id": "SP1",
    "sq_refund_id": "",
    "card_brand": "VISA",
    "card_bin": "000123",
    "card_last": "0042",
    "office_card": False,
    "payment_id": 40,
    "attempts": 1,
}


def test_a_card_transaction():
    outcome = migrate(SPEC, OPERATION, known={"payments": {40}})
    assert outcome.good == [
        {
            "payment": "payments 40",
            "operation_type": "refund",
            "made_at": datetime(2023, 3, 4, tzinfo=UTC),
            "amount": Decimal("250.75"),
            "square_order_id": "SO1",
            "square_payment_id": "SP1",
            "square_refund_id": None,
            "card_brand": "VISA",
            "card_first_digits": "000123",
            "card_last_digits": "0042",
            "is_office_card": False,
            "attempts": 1,
        }
    ]


@pytest.mark.parametrize(("code", "cause"), [(3, "unmapped_code"), (None, "required")])
def test_a_transaction_that_is_neither_payment_nor_refund_is_refused(code, cause):
    good, (rejected,), _ = run(SPEC, OPERATION | {"type": code})
    assert good == []
    assert (rejected.field, rejected.code) == ("operation_type", cause)


def test_it_happened_even_if_the_payment_is_gone():
    outcome = migrate(SPEC, OPERATION, known={})
    assert outcome.good[0]["payment"] is None
    assert [(r.field, r.rule, r.old) for r in outcome.resolved] == [("payment", "set_null: missing_parent", "40")]
