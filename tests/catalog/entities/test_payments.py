from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalog.entities.business.payments import PaymentMigration
from tests.catalog.resolving import migrate
from tests.catalog.transforming import run

PAYMENT = {
    "id": 40,
    "instruction_id": 17,
    "order_id": 4,
    "doctor_id": 7,
    "office_id": 2,
    "canceled": False,
    "paid": True,
    "free": False,
    "netsuite": True,
    "paid_price": Decimal("1100.10"),
    "made_at": datetime(2024, 2, 29, 12, tzinfo=UTC),
}
KNOWN = {"orders": {17}, "purchase_orders": {4}, "doctors": {7}, "offices": {2}}


def test_a_payment():
    outcome = migrate(PaymentMigration.spec, PAYMENT, known=KNOWN)
    assert (outcome.rejected, outcome.resolved) == ([], [])
    assert outcome.good == [
        {
            "order": "orders 17",
            "purchase_order": "purchase_orders 4",
            "doctor": "doctors 7",
            "office": "offices 2",
            "status": "completed",
            "is_paid": True,
            "is_canceled": False,
            "is_free": False,
            "is_netsuite": True,
            "paid_amount": Decimal("1100.10"),
            "custom_amount": None,
            "made_at": datetime(2024, 2, 29, 12, tzinfo=UTC),
        }
    ]


@pytest.mark.parametrize(
    ("canceled", "paid", "status"),
    [(True, True, "cancelled"), (True, None, "cancelled"), (None, True, "completed"), (False, False, "pending")],
)
def test_the_status_follows_from_the_flags(canceled, paid, status):
    (payment,), _, _ = run(PaymentMigration.spec, PAYMENT | {"canceled": canceled, "paid": paid})
    assert payment["status"] == status


def test_an_unpaid_payment_gets_no_date():
    (payment,), rejected, _ = run(PaymentMigration.spec, PAYMENT | {"paid": False, "made_at": None})
    assert rejected == []
    assert payment["made_at"] is None


def test_money_arrives_even_if_everyone_else_is_gone():
    outcome = migrate(PaymentMigration.spec, PAYMENT, known={})
    assert outcome.good[0]["paid_amount"] == Decimal("1100.10")
    assert [r.field for r in outcome.resolved] == ["order", "purchase_order", "doctor", "office"]
    assert {r.rule for r in outcome.resolved} == {"set_null: missing_parent"}


def test_parts_of_a_cent_are_refused_not_rounded():
    _, (rejected,), _ = run(PaymentMigration.spec, PAYMENT | {"paid_price": Decimal("0.001")})
    assert (rejected.field, rejected.code) == ("paid_amount", "out_of_range")
