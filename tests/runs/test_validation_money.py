"""Money: sums agree to the cent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.money import dimensions, told_again
from catalog.registry import spec
from legacy import models as legacy
from runs.models import Run
from tests.runs.conftest import CORE, Insert, offer, order
from tests.runs.validations import change, execute, found, told

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]


def test_a_cent_too_much_is_found_to_the_cent(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, offer(20, price_both="123456709.92"))
    run_entities("offers")
    assert told("offers", "money") == []
    change("offers", 20, "price_both = price_both + 0.01")
    money, page = (one.found for one in found("offers", "money"))
    assert (money.field, money.kind.severity) == ("price_both", "critical")
    assert (money.expected, money.actual, money.difference) == ("123,456,789.12", "123,456,789.13", "+0.01")
    # The row came alone in its page, so that the page's own total is named too.
    assert (page.kind.code, page.expected, page.difference) == ("page_total", "123,456,709.92", "+0.01")


def test_sums_are_compared_by_code_and_month(insert: Insert, run_entities: Runner):
    moments = ("2024-01-31T23:30:00Z", "2024-02-01T00:30:00Z", None)
    insert(legacy.Instruction, *(order(n, submitted_at=at) for n, at in enumerate(moments, start=41)))
    run_entities(*CORE, "orders")
    assert [code for code, *_ in told("orders", "money")] == ["told_again"]
    change("orders", 42, "submitted_at = '2024-01-01Z', status = 'shipped'")
    change("orders", 43, "amount = 9.99")
    gaps = [(one.found.field, one.found.difference) for one in found("orders", "money") if one.found.difference]
    assert ("amount", "-0.01") in gaps
    assert sorted(gaps[1:-1]) == [
        ("amount [shipped, 2024-01]", "+10.00"),
        ("amount [submitted, 2024-02]", "-10.00"),
        ("amount [submitted, no date]", "-0.01"),
    ]


def test_a_page_whose_rows_were_repaired_since_has_no_control_total(migrated: None):
    execute(
        "INSERT INTO migration_before_images (entity, legacy_id, target_id, before, after, run, entity_run, page_id)"
        " SELECT 'repair', legacy_id, target_id, '{\"price_both\": 1}', '{}', 1, gen_random_uuid(), page_id"
        " FROM migration_mappings WHERE entity = 'offers' LIMIT 1"
    )
    change("offers", 3, "price_both = 5")
    assert [code for code, *_ in told("offers", "money")] == ["sum"]


def test_what_amounts_are_grouped_by():
    assert dimensions(spec("orders")) == ("status", None, "submitted_at")
    assert dimensions(spec("payments")) == ("status", None, "made_at")
    assert dimensions(spec("offers")) == (None, None, None)


def test_the_same_money_is_named_and_not_added():
    assert "payments.paid_amount" in told_again("orders", "amount")
    assert told_again("offers", "price_both") == []
