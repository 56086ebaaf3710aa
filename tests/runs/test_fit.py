"""What a target field can hold: no database."""

from decimal import Decimal

import pytest
from django.db import models

from catalog.target.models import Order
from runs.engine.fit import check


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1E+30", "12345678901.00", "0.001"])
def test_a_number_that_the_field_cannot_hold_costs_only_its_own_row(value):
    amounts = [Decimal("10.00"), None, Decimal(value), 7]
    (position,) = misfits = check(Order._meta.get_field("amount"))(amounts)
    assert (position, misfits[position][0]) == (2, "out_of_range")


@pytest.mark.parametrize("value", ["0", "-9999999999.99", "9999999999.99", "5.100"])
def test_numbers_that_fit(value):
    assert check(Order._meta.get_field("amount"))([Decimal(value)]) == {}


def test_a_number_without_limits_holds_everything_but_what_is_no_number():
    field = models.DecimalField(max_digits=None, decimal_places=None, null=True)
    assert check(field)([Decimal("1e300"), Decimal("1e-300"), None]) == {}
    assert list(check(field)([Decimal("NaN")])) == [0]
