from django.db import models

from catalog.declare import Column
from catalog.target.models import Office
from catalog.target.models.base import TargetModel
from legacy.models.base import Mirror
from tests.catalog.checks.pets import APPS, Animal, OldOwner, OldPet, OldVisit, Person, found, only, owners, pets

MIRRORS = (OldOwner, OldPet)


def test_E030_a_column_left_behind_that_does_not_exist():
    finding = only("E030", owners(), pets(left_behind={"dat": "not needed"}))
    assert "'dat'" in finding.msg
    assert finding.hint == "Did you mean 'data'?"


def test_E031_left_behind_without_a_reason():
    assert "'age'" in only("E031", owners(), pets({"age": None, "kind": None}, name="x", left_behind={"age": " "}), pets_aged()).msg


def pets_aged():
    return pets()


def test_E032_left_behind_and_read():
    finding = only("E032", owners(), pets(left_behind={"owner_id": "gone"}))
    assert finding.msg == "owner_id is left behind, but read by animals."


def test_E032_knows_what_other_entities_read():
    other = pets({"age": None}, name="others", left_behind={"age": "guessed"})
    assert str(only("E032", owners(), pets(), other).obj) == "others"


def test_E032_a_whole_table_left_behind_and_read():
    finding = only("E032", owners(), pets(), left_behind={OldPet: "no pets any more"})
    assert finding.msg == "The table is left behind as a whole, but read by animals."


def test_E033_columns_that_nobody_mentions():
    without = pets({"kind": Column("age", str), "age": Column("age"), "data": None, "name": Column("name")})
    finding = only("E033", owners(), without, pets_of_json(), mirrors=MIRRORS)
    assert finding
