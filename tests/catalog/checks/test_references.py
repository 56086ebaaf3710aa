from django.db import models

from catalog.declare import Column, Constant, OnMissing, Reference
from catalog.target.models.base import TargetModel
from tests.catalog.checks.pets import APPS, OldPet, declare, found, only, owners, pets


def test_E040_a_reference_on_a_field_that_is_no_foreign_key():
    finding = only("E040", owners(), pets({"age": Reference("owner_id")}))
    assert "IntegerField" in finding.msg
    assert "age = Column" in finding.hint


def test_E041_a_foreign_key_without_a_reference():
    finding = only("E041", owners(), pets({"owner": Column("owner_id")}))
    assert finding.hint == 'Write owner = Reference("owner_id").'
    assert only("E041", owners(), pets({"owner": Constant("x")}))


def test_E042_a_parent_that_no_entity_fills():
    finding = only("E042", pets())
    assert "Person" in finding.msg
    assert finding.hint == "Declare an entity with target=Person."


def test_E043_a_parent_that_several_entities_fill():
    finding = only("E043", owners(), owners(name="people_by_hand"), pets())
    assert finding.hint == "Write to='people' or to='people_by_hand'."
    assert found(owners(), owners(name="people_by_hand"), pets({"owner": Reference("owner_id", to="people")})) == {}


def test_E044_a_parent_that_is_no_entity():
    finding = only("E044", owners(), pets({"owner": Reference("owner_id", to="peolpe")}))
    assert finding.hint == "Did you mean 'people'?"


def test_E045_a_parent_that_fills_another_table():
    finding = only("E045", owners(), owners(name="x", target=_Other), pets({"owner": Reference("owner_id", to="x")}))
    assert "to='x' does not fill Person" in finding.msg
    assert finding.hint == "Write one of people."


class _Other(TargetModel):
    name = models.CharField(max_length=50)

    class Meta:
        apps, app_label = APPS, "target"


def test_E046_the_own_table_without_a_policy():
    finding = only("E046", owners(), pets({"parent": Reference("id")}))
    assert "OnMissing.WAIT" in finding.hint
    for policy in (OnMissing.WAIT, OnMissing.SET_NULL):
        assert found(owners(), pets({"parent": Reference("id", on_missing=policy)})) == {}


def test_E047_a_circle_through_a_key_that_does_not_wait():
    def favourite(**options):
        return owners({"favourite": Reference("id", **options)}, source=OldPet)

    def belongs():
        return pets({"owner": Reference("id")})

    finding = only("E047", favourite(), belongs())
    assert str(finding.obj) == "people"
    assert "favourite refers to animals" in finding.msg
    assert "OnMissing.WAIT" in finding.hint
    assert only("E047", favourite(on_missing=OnMissing.SET_NULL), belongs())
    assert found(favourite(on_missing=OnMissing.WAIT), belongs()) == {}


def test_E048_a_circle_of_keys_that_may_not_be_null():
    class Hen(TargetModel):
        egg = models.ForeignKey("target.Egg", models.PROTECT)

        class Meta:
            apps, app_label, db_table = APPS, "target", "hens"

    class Egg(TargetModel):
        hen = models.ForeignKey("target.Hen", models.PROTECT)

        class Meta:
            apps, app_label, db_table = APPS, "target", "eggs"

    class Nest(TargetModel):
        egg = models.ForeignKey("target.Egg", models.PROTECT)

        class Meta:
            apps, app_label, db_table = APPS, "target", "nests"

    hens, eggs, nests = (
        declare({name: Reference("id")}, script=1, source=OldPet, target=target)
        for name, target in (("egg", Hen), ("hen", Egg), ("egg", Nest))
    )
    finding = only("E048", hens, eggs, nests)
    assert str(finding.obj) == "eggs, hens"
    assert "null=True" in finding.hint


def test_E049_a_key_of_another_table():
    finding = only("E049", owners(), pets({"owner": Reference("id")}))
    assert "id is a key of old_pet, but people is made from old_owner" in finding.msg


def test_E049_a_number_that_may_be_any_tables_key_is_fine():
    assert found(owners(), pets({"owner": Reference("owner__id")})) == {}
    assert found(owners(), pets({"owner": Reference("age")})) == {}
