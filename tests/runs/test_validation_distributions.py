"""Distributions: columns as a whole, counted by both servers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from legacy import models as legacy
from runs.models import Run
from runs.validation import distributions
from tests.runs.conftest import CORE, Insert, offer, order
from tests.runs.validations import change, execute, found, told

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]


def codes(entity: str) -> list[tuple[str, str]]:
    return [(code, field) for code, field, *_ in told(entity, "distributions")]


def test_each_number_is_compared(insert: Insert, run_entities: Runner):
    """Where rows are left out by policy, are refused, or were there before, both sides leave them out."""
    insert(legacy.Instruction, *(order(n, submitted_at=f"2024-05-0{n - 40}T10:00:00Z") for n in (41, 42, 43)))
    insert(legacy.Instruction, order(44, status=3, submitted_at="1999-01-01T10:00:00Z", order=1), order(45, order=7))
    run = run_entities(*CORE, "orders")
    assert run.entity_runs.get(entity="orders").failed == 1
    assert codes("orders") == []
    change("orders", 41, "submitted_at = submitted_at - interval '1 day'")
    change("orders", 45, "sequence = NULL, status = 'shipped'")
    assert codes("orders") == [
        ("emptied", "sequence"),
        ("frequencies", "status"),
        ("filled", "sequence"),
        ("distinct", "sequence"),
        ("least", "sequence"),
        ("greatest", "sequence"),
        ("least", "submitted_at"),
    ]
    frequencies, *_ = [one.found for one in found("orders", "distributions") if one.found.kind.code == "frequencies"]
    assert frequencies.rows == 1
    assert all(not one.found.expected for one in found("orders", "distributions") if one.found.kind.code == "least")


def test_a_column_that_became_constant_is_found_and_one_that_always_was_is_not(migrated: None):
    assert codes("offers") == []
    execute("UPDATE offers SET price_both = 1")
    assert codes("offers") == [("constant", "price_both")]


def test_where_rows_are_missing_only_empty_columns_are_told(migrated: None, insert: Insert):
    insert(legacy.Offer, offer(99))
    execute("UPDATE offers SET price_both = NULL")
    assert codes("offers") == [("emptied", "price_both")]


def test_more_rows_than_can_be_left_out_are_no_reason_for_an_alarm(migrated: None, monkeypatch: pytest.MonkeyPatch):
    execute("UPDATE migration_mappings SET outcome = 'matched' WHERE entity = 'orders' AND legacy_id <> '41'")
    assert codes("orders") == []
    monkeypatch.setattr(distributions, "ROWS", 1)
    assert codes("orders") == []
