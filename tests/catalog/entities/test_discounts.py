from datetime import date

import pytest

from catalog.entities.business.discounts import DiscountMigration
from tests.catalog.resolving import causes, migrate

SPEC = DiscountMigration.spec
DISCOUNT = {
    "id": 6,
    "percent": 13,
    "reason": " Loyal customer ",
    "count": 5,
    "start": date(2024, 1, 1),
    "finish": date(2024, 12, 31),
    "total": True,
    "used": 0,
    "offer_id": 43,
}


def test_a_discount():
    outcome = migrate(SPEC, DISCOUNT, known={"offers": {43}})
    assert outcome.good == [
        {
            "offer": "offers 43",
            "percent": 13,
            "reason": "Loyal customer",
            "max_uses": 5,
            "valid_from": date(2024, 1, 1),
            "valid_until": date(2024, 12, 31),
            "is_total": True,
            "used_count": 0,
        }
    ]


@pytest.mark.parametrize("percent", [0, 100])
def test_the_bounds_are_percentages_too(percent):
    assert migrate(SPEC, DISCOUNT | {"percent": percent}, known={"offers": {43}}).good[0]["percent"] == percent


@pytest.mark.parametrize("percent", [101, -1])
def test_what_is_no_percentage_is_left_out_and_noted(percent):
    outcome = migrate(SPEC, DISCOUNT | {"percent": percent}, known={"offers": {43}})
    assert outcome.good[0]["percent"] is None
    assert [(r.field, r.rule, r.old) for r in outcome.resolved] == [("percent", "set_null: out_of_range", str(percent))]


def test_a_discount_on_nothing_is_refused():
    outcome = migrate(SPEC, DISCOUNT, DISCOUNT | {"id": 7, "offer_id": None}, known={})
    assert causes(outcome) == [("6", "offer", "missing_parent"), ("7", "offer", "required")]


def test_unknown_limits_stay_unknown():
    empty = {"reason": "", "count": None, "start": None, "finish": None, "used": None}
    (discount,) = migrate(SPEC, DISCOUNT | empty, known={"offers": {43}}).good
    assert [discount[name] for name in ("reason", "max_uses", "valid_from", "valid_until", "used_count")] == [None] * 5
