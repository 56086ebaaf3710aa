"""Each thing that can be wrong with the declaration of a validation has its own check."""

from __future__ import annotations

from dataclasses import replace

from catalog.validation import ValidationSpec, validations
from catalog.validation_checks import findings

(GOOD,) = validations()


def ids(*found: ValidationSpec) -> list[str]:
    return [message.id for message in findings(found)]


def test_the_declared_validations_are_sound():
    assert findings(validations()) == []
    assert (GOOD.name, GOOD.script, GOOD.domain) == ("validate_offers_discounts", 42, "business")


def test_a_name_is_given_once():
    assert ids(GOOD, GOOD) == ["catalog.E081"]
    assert ids(replace(GOOD, name="orders")) == ["catalog.E081"]
    assert ids(replace(GOOD, name="repair_order_doctors")) == ["catalog.E081"]


def test_the_script_is_a_validation_of_the_inventory():
    (message,) = findings([replace(GOOD, script=5)])
    assert message.id == "catalog.E082" and "42" in message.hint


def test_it_says_what_it_validates():
    assert ids(replace(GOOD, description="")) == ["catalog.E083"]
    assert ids(replace(GOOD, entities=())) == ["catalog.E084"]
