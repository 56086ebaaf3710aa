"""Invariants: declared rules, broken before or by us, and waived for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from psycopg.sql import SQL

from catalog import conversations, invariants, money
from catalog.conversations import Conversation, Same
from catalog.invariants import INVARIANTS, Invariant, Waiver
from catalog.rule_checks import declared, rules
from legacy import models as legacy
from runs.models import Run
from runs.validation.invariants import kinds
from tests.runs.conftest import CORE, Insert, offer, order
from tests.runs.validations import change, found, told

Runner = Callable[..., Run]
TODAY = date(2026, 1, 1)
RULE = next(one for one in INVARIANTS if one.name == "offer_is_not_negative")
WAIVED = replace(RULE, waiver=Waiver("Being discussed.", date(2026, 2, 1)))


@pytest.mark.usefixtures("people")
def test_inherited_is_told_from_introduced(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, offer(20, price_both="-5.00"), offer(21))
    run_entities("offers")
    assert told("offers", "invariants") == [("offer_is_not_negative_inherited", "", 1, ["20"])]
    change("offers", 21, "price_both = -1")
    one, other = (one.found.kind for one in found("offers", "invariants"))
    assert (one.code, one.severity, one.origin) == ("offer_is_not_negative", "error", "introduced")
    assert (other.severity, other.origin) == ("info", "inherited")


@pytest.mark.usefixtures("people")
def test_every_rule_can_be_asked_of_both_sides(insert: Insert, run_entities: Runner):
    """Orders and patients break what they can break in both systems alike."""
    moments = {"submitted_at": "1980-01-01T00:00:00Z", "updated_at": "1979-01-01T00:00:00Z"}
    insert(legacy.Instruction, order(41, **moments), order(42, status=4))
    run_entities(*CORE, "orders")
    assert sorted(code for code, *_ in told("orders", "invariants")) == [
        "order_updated_after_submission_inherited",
        "shipped_was_submitted_inherited",
    ]
    change("patients", 5, "birthdate = '1990-01-01'")
    assert ("order_after_birth", "", 1, ["41"]) in told("orders", "invariants")


def test_a_waiver_counts_until_its_day():
    _, before = kinds(WAIVED, TODAY)
    _, after = kinds(WAIVED, date(2026, 2, 1))
    assert (before.severity, after.severity) == ("info", "error")
    assert "Being discussed." in before.message and "Being discussed." not in after.message


def ids(*found: Invariant, today: date = TODAY) -> list[str]:
    return [str(one.id) for one in rules(found, today)]


def test_the_declared_rules_are_sound_and_many():
    assert rules(INVARIANTS, TODAY) == []
    assert len(INVARIANTS) >= 10
    assert {one.owner for one in INVARIANTS} == {invariants.CLINIC, invariants.FINANCE}


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"entity": "nothing"}, "catalog.E091"),
        ({"severity": "bad"}, "catalog.E092"),
        ({"rule": " "}, "catalog.E093"),
        ({"legacy": "DELETE FROM dispatch_offer"}, "catalog.E094"),
        ({"target": SQL("SELECT 1; SELECT 2")}, "catalog.E094"),
        ({"waiver": Waiver(" ", date(2027, 1, 1))}, "catalog.E095"),
        ({"waiver": Waiver("Why not.", TODAY)}, "catalog.W090"),
    ],
)
def test_a_wrong_declaration_is_found_before_any_validation(changes: dict[str, Any], number: str):
    assert ids(replace(RULE, **changes)) == [number]
    assert all(one.hint for one in rules([replace(RULE, **changes)], TODAY))


def test_names_that_nothing_has_are_found_in_the_other_declarations(monkeypatch: pytest.MonkeyPatch):
    assert declared(None) == []
    monkeypatch.setattr(money, "SAME_MONEY", (("orders.amount", "orders.notes"),))
    monkeypatch.setattr(
        conversations, "CONVERSATIONS", (Conversation("nothing", at=Same("a", "b"), author=Same("c", "d", of="no")),)
    )
    assert [one.id for one in declared(None)] == ["catalog.E096", "catalog.E096", "catalog.E097"]


def test_two_rules_of_one_name_are_found():
    assert ids(RULE, RULE) == ["catalog.E090", "catalog.E090"]
