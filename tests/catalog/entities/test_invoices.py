from decimal import Decimal

import pytest

from catalog.entities.business.invoices import InvoiceMigration
from tests.catalog.resolving import causes, migrate
from tests.catalog.transforming import run

BILLED = {
    "id": 40,
    "subtotal_price": Decimal("1000.00"),
    "additional_price": Decimal("15.50"),
    "tax_rate": Decimal("10.2500"),
    "tax_value": Decimal("102.50"),
    "used_credit": Decimal("0.00"),
    "total_price": Decimal("1118.00"),
    "installments": '[{"due": 30, "amount": "559.00"}, {"due": 60, "amount": "559.00"}]',
}


def test_the_billed_side_of_a_payment():
    outcome = migrate(InvoiceMigration.spec, BILLED, known={"payments": {40}})
    assert (outcome.rejected, outcome.resolved) == ([], [])
    assert outcome.good == [
        {
            "payment": "payments 40",
            "subtotal": Decimal("1000.00"),
            "additional_amount": Decimal("15.50"),
            "tax_percent": Decimal("10.2500"),
            "tax_amount": Decimal("102.50"),
            "used_credit": Decimal("0.00"),
            "total": Decimal("1118.00"),
            "installment_count": 2,
        }
    ]


def test_an_invoice_needs_its_payment():
    assert causes(migrate(InvoiceMigration.spec, BILLED, known={})) == [("40", "payment", "missing_parent")]


@pytest.mark.parametrize(("text", "count"), [("", 0), ("[]", 0), (None, None)])
def test_without_a_plan_to_pay_in_parts_there_are_none(text, count):
    (invoice,), _, resolved = run(InvoiceMigration.spec, BILLED | {"installments": text})
    assert invoice["installment_count"] == count
    assert resolved == []


@pytest.mark.parametrize("text", ["[{", '{"due": 30}'])
def test_installments_that_cannot_be_read_leave_the_money_alone(text):
    (invoice,), rejected, (resolved,) = run(InvoiceMigration.spec, BILLED | {"installments": text})
    assert rejected == []
    assert (invoice["installment_count"], invoice["total"]) == (None, Decimal("1118.00"))
    assert (resolved.field, resolved.rule) == ("installment_count", "set_null: not_json")


def test_an_impossible_tax_rate_is_noted():
    (invoice,), _, (resolved,) = run(InvoiceMigration.spec, BILLED | {"tax_rate": Decimal("1025.0000")})
    assert (invoice["tax_percent"], invoice["tax_amount"]) == (None, Decimal("102.50"))
    assert (resolved.field, resolved.rule) == ("tax_percent", "set_null: out_of_range")


def test_an_amount_with_parts_of_a_cent_fails_the_row():
    _, (rejected,), _ = run(InvoiceMigration.spec, BILLED | {"total_price": Decimal("1118.005")})
    assert (rejected.field, rejected.code) == ("total", "out_of_range")
