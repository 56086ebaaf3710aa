from decimal import Decimal

import pytest
from django.db import models

from catalog.declare import Column, Constant, Derived, OnInvalid, OnMissing, Reference
from catalog.target.models.base import TargetModel
from tests.catalog.checks.pets import APPS, Number, OldOwner, declare, found, only, owners, pets


def test_E010_a_recipe_for_a_field_that_the_target_lacks():
    finding = only("E010", owners({"nam": Column("name")}))
    assert "nam = ..." in finding.msg
    assert finding.hint == "Did you mean 'name'?"


def test_E010_knows_that_a_foreign_key_goes_by_its_name():
    finding = only("E010", owners(), pets({"owner_id": Reference("owner_id")}))
    assert finding.hint == "Write 'owner'."


def test_E011_a_field_without_recipe_or_default():
    finding = only("E011", owners(), pets({"age": None}))
    assert "age of Animal" in finding.msg
    assert finding.hint.startswith('Write age = Column("<legacy column>")')


def test_E011_leaves_a_nullable_field_to_another_entity_of_the_table():
    assert found(owners(), pets(), pets({"age": None}, name="animals_by_hand")) == {}


def test_E012_a_key_that_is_no_uuid():
    finding = only("E012", declare({"name": Column("name")}, script=1, source=OldOwner, target=Number))
    assert "TargetModel" in finding.hint


def test_E013_a_recipe_for_the_primary_key():
    finding = only("E013", owners({"id": Derived("name", by=str)}))
    assert "people_number" in finding.hint


@pytest.mark.parametrize(
    ("recipe", "policy"),
    [
        ({"name": Column("name", on_invalid=OnInvalid.SET_NULL)}, "SET_NULL"),
        ({"owner": Reference("owner_id", on_missing=OnMissing.SET_NULL)}, "SET_NULL"),
        ({"owner": Reference("owner_id", on_missing=OnMissing.WAIT)}, "WAIT"),
    ],
)
def test_E014_a_policy_that_leaves_a_required_field_empty(recipe, policy):
    finding = only("E014", owners(), pets(recipe))
    assert f"the policy {policy}" in finding.msg
    assert "null=True in Animal" in finding.hint


def test_E015_raw_text_is_kept_in_json_fields_only():
    finding = only("E015", owners(), pets({"age": Column("age", on_invalid=OnInvalid.KEEP_RAW)}))
    assert "IntegerField" in finding.msg
    assert "SET_NULL" in finding.hint


@pytest.mark.parametrize("value", ["parrot", "", None, 7])
def test_E016_a_constant_that_the_field_cannot_hold(value):
    finding = only("E016", owners(), pets({"kind": Constant(value)}))
    assert "one of its choices" in finding.hint
    assert str(value or "parrot") not in finding.msg


@pytest.mark.parametrize("value", ["7", 7.5])
def test_E016_a_constant_of_another_kind(value):
    finding = only("E016", owners(), pets({"age": Constant(value)}))
    assert finding.hint == "Write a value that fits a IntegerField of Animal."


@pytest.mark.parametrize(
    "recipe", [{"weight": Constant(Decimal("1.25"))}, {"weight": Constant(1)}, {"kind": Constant("dog")}]
)
def test_E016_a_constant_that_fits_is_fine(recipe):
    assert found(owners(), pets(recipe)) == {}


def test_E017_match_without_a_recipe():
    finding = only("E017", owners(), pets(match=("name", "ages")))
    assert "'ages'" in finding.msg
    assert finding.hint == "Did you mean 'age'?"


def test_E018_match_that_may_find_several_rows():
    finding = only("E018", owners(), pets(match=("owner", "age")))
    assert "match=(owner, age)" in finding.msg
    assert "unique constraint" in finding.hint


def test_E018_takes_unique_fields_and_total_constraints():
    class Pair(TargetModel):
        name = models.CharField(max_length=50)
        number = models.IntegerField(default=1)

        class Meta:
            apps, app_label = APPS, "target"
            constraints = [
                models.UniqueConstraint(fields=["name", "number"], name="pair"),
                models.UniqueConstraint(fields=["name"], condition=models.Q(number=1), name="partial"),
            ]

    def pair(*match):
        recipes = {"name": Column("name"), "number": Constant(1)}
        return declare(recipes, script=1, source=OldOwner, target=Pair, match=match)

    assert found(owners(), pets(match=("name",)), pair("name", "number")) == {}
    assert only("E018", pair("name"))
