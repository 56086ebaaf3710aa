import pytest
from django.db import models
from django.db.models import Exists, OuterRef

from catalog.checks import tables
from catalog.declare import Column
from catalog.target.models import Office
from legacy.models.base import Mirror
from tests.catalog.checks.pets import APPS, Animal, OldPet, OldVisit, Person, found, only, owners, pets


class OldFish(Mirror):
    name = models.CharField(max_length=50, null=True)
    colour = models.CharField(max_length=50, null=True)
    scales = models.IntegerField(null=True, db_column="n_scales")

    class Meta(Mirror.Meta):
        apps, app_label, db_table = APPS, "legacy", "old_fish"


def fish(**header):
    return owners(source=OldFish, name="fish", **header)


def test_E030_a_column_left_behind_that_does_not_exist():
    finding = only("E030", owners(), pets(left_behind={"dat": "not needed"}))
    assert "'dat'" in finding.msg
    assert finding.hint == "Did you mean 'data'?"


@pytest.mark.parametrize("reason", ["", " ", None])
def test_E031_left_behind_without_a_reason(reason):
    finding = only("E031", fish(left_behind={"colour": reason}))
    assert "'colour'" in finding.msg
    assert only("E031", left_behind={OldFish: reason or ""}).obj == "old_fish"


def test_E032_left_behind_and_read():
    finding = only("E032", owners(), pets(left_behind={"owner_id": "gone"}))
    assert finding.msg == "owner_id is left behind, but read by animals."


def test_E032_knows_what_other_entities_read():
    others = pets({"age": None}, name="others", left_behind={"age": "guessed"})
    assert str(only("E032", owners(), pets(), others).obj) == "others"


def test_E032_a_whole_table_left_behind_and_read():
    finding = only("E032", owners(), pets(), left_behind={OldPet: "no pets any more"})
    assert finding.msg == "The table is left behind as a whole, but read by animals."


def test_E033_columns_that_nobody_mentions():
    finding = only("E033", fish(), mirrors=[OldFish])
    assert (finding.obj, finding.msg) == ("old_fish", "No entity reads colour, n_scales.")
    assert "left_behind={'colour': '<why>'}" in finding.hint


def test_E033_read_by_another_entity_or_in_a_condition_or_left_behind_is_enough():
    where = models.Q(colour="red")
    assert found(fish(where=where, left_behind={"scales": "nobody counts them"}), mirrors=[OldFish]) == {}
    other = owners({"email": Column("colour")}, source=OldFish, name="other", left_behind={"n_scales": "same"})
    assert found(fish(), other, mirrors=[OldFish]) == {}


def test_E033_says_nothing_of_a_table_whose_declaration_is_broken():
    assert only("E020", owners({"email": Column("color")}, source=OldFish), mirrors=[OldFish])


def test_E034_a_table_that_nobody_reads():
    finding = only("E034", fish(where=models.Q(colour="", scales=1)), mirrors=[OldFish, OldVisit])
    assert finding.obj == "old_visit"
    assert "catalog/left_behind.py" in finding.hint
    assert found(left_behind={OldVisit: "assumed empty"}, mirrors=[OldVisit]) == {}


def test_E034_a_table_that_is_only_looked_into_has_columns_to_explain():
    seen = {"seen": Exists(OldVisit.objects.filter(pet=OuterRef("pk")))}
    finding = only("E033", owners(), pets({"kind": Column("seen", str)}, annotate=seen), mirrors=[OldVisit])
    assert finding.msg == "No entity reads id, chip_id."


def test_E035_a_mirror_that_could_hide_rows():
    class Careless(models.Model):
        owner = models.ForeignKey("legacy.OldOwner", models.DO_NOTHING)

        class Meta:
            apps, app_label, managed, db_table = APPS, "legacy", False, "careless"

    finding = only("E035", left_behind={Careless: "-"}, mirrors=[Careless])
    assert finding.hint == "Write owner = reference('OldOwner'), from legacy.models.base."


def test_E035_a_mirror_that_django_would_make():
    class Managed(Mirror):
        class Meta:
            apps, app_label, db_table = APPS, "legacy", "managed_mirror"

    assert "Mirror.Meta" in only("E035", left_behind={Managed: "-"}, mirrors=[Managed]).hint


def test_E036_a_target_table_that_nothing_fills(monkeypatch):
    monkeypatch.setattr(tables, "_created", lambda package: ["Animal", "Person"])
    finding = only("E036", owners(), targets=[Person, Animal])
    assert finding.obj == "animals"


def test_W037_a_target_table_without_a_migration():
    finding = only("W037", owners(), targets=[Person])
    assert finding.obj == "people"
    assert "makemigrations target" in finding.hint
    assert "W037" not in found(targets=[Office])


def test_W037_knows_renamed_models(monkeypatch):
    class Migration:
        operations = [tables.CreateModel("Human", []), tables.RenameModel("Human", "Person")]

    monkeypatch.setattr(tables, "iter_modules", lambda path: [type("", (), {"name": "0001"})])
    monkeypatch.setattr(tables, "import_module", lambda name: type("", (), {"__path__": [], "Migration": Migration}))
    assert found(owners(), targets=[Person]) == {}
