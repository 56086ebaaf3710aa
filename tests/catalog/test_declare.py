import sys
from dataclasses import replace

import pytest
from django.db.models import Q, Value

from catalog.declare import (
    Column,
    Constant,
    Derived,
    Each,
    EntityMigration,
    OnInvalid,
    OnMissing,
    Recipe,
    Reference,
)
from catalog.registry import UnknownEntity, declared, parent, spec, specs
from catalog.transforms import blank, squish
from tests.catalog.checks import pets as pets_module
from tests.catalog.checks.pets import Animal, OldPet, Person, owners, pets


class PetMigration(EntityMigration, script=2, source=OldPet, target=Animal, where=Q(age=1), left_behind={"data": "no"}):
    """A pet."""

    owner = Reference("owner_id")
    name = Column("name", squish, blank)
    age = 3
    note = "no recipe"


def test_a_class_becomes_a_value():
    spec = PetMigration.spec
    assert (spec.name, spec.script, spec.source, spec.target) == ("animals", 2, OldPet, Animal)
    assert list(spec.recipes) == ["owner", "name"]
    assert spec.recipes["name"] == Column("name", squish, blank)
    assert (spec.where, spec.left_behind) == (Q(age=1), {"data": "no"})
    assert (spec.description, spec.module) == ("A pet.", __name__)
    assert str(spec) == "animals"


def test_a_declaration_can_build_on_another_one():
    class Derivative(PetMigration, script=3, source=OldPet, target=Animal, name="animals_again"):
        name = Column("name")
        kind = Constant("dog")

    assert list(Derivative.spec.recipes) == ["owner", "name", "kind"]
    assert Derivative.spec.recipes["name"] == Column("name")
    assert list(PetMigration.spec.recipes) == ["owner", "name"]


def test_the_domain_is_the_folder():
    assert replace(PetMigration.spec, module="catalog.entities.clinical.pets").domain == "clinical"


@pytest.mark.parametrize("missing", ["script", "source", "target"])
def test_a_header_that_lacks_something_says_what(missing):
    header = {"script": 1, "source": OldPet, "target": Animal}
    header.pop(missing)
    with pytest.raises(TypeError, match=missing):
        type("Broken", (EntityMigration,), {}, **header)


def test_a_header_with_a_misspelt_word_says_so():
    with pytest.raises(TypeError, match="wher"):
        type("Broken", (EntityMigration,), {}, script=1, source=OldPet, target=Animal, wher=None)


@pytest.mark.parametrize(
    ("recipe", "paths"),
    [
        (Recipe(), ()),
        (Column("name", blank), ("name",)),
        (Derived("name", "owner__name", by=max), ("name", "owner__name")),
        (Constant(1), ()),
        (Reference("owner_id", "pet_id", when={"type__model": "x"}), ("owner_id", "pet_id", "type__model")),
    ],
)
def test_recipes_tell_what_they_read(recipe, paths):
    assert recipe.paths == paths


def test_without_a_policy_a_row_fails():
    assert Column("name").on_invalid is Derived("name", by=str).on_invalid is OnInvalid.FAIL
    assert Reference("owner_id").on_missing is OnMissing.FAIL
    assert str(OnMissing.SET_NULL) == "set_null"


def test_recipes_cannot_be_changed():
    for recipe in (Column("name"), Derived("name", by=str), Constant(1), Reference("owner_id")):
        with pytest.raises(AttributeError):
            recipe.by = None
    when = {"a": 1}
    reference = Reference("owner_id", when=when)
    when["a"] = 2
    assert reference.when == {"a": 1}


def test_every_column_is_read_once_and_the_key_first():
    spec = pets({"kind": Derived("name", "id", by=str), "parent": Reference("owner_id", when={"age": 1})})
    assert spec.paths == ("id", "owner_id", "name", "age", "data")


def test_each_reads_its_own_columns_instead_of_what_it_gives():
    each = Each("name", "data", by=lambda name, data: [], gives=("part", "size"))
    spec = pets({"name": Column("part"), "age": Column("size"), "data": None}, each=each)
    assert spec.paths == ("id", "owner_id", "name", "data")


def test_fields_and_references_of_the_target():
    spec = pets({"parent": Reference("id", on_missing=OnMissing.WAIT)}, annotate={"one": Value(1)})
    assert {"id", "owner", "parent", "name"} <= set(spec.fields)
    assert list(spec.references) == ["owner", "parent"]
    assert spec.foreign_key("owner").related_model is Person
    with pytest.raises(TypeError, match="name is not a foreign key"):
        spec.foreign_key("name")


def test_the_parent_is_the_entity_that_fills_the_referenced_table():
    child, people = pets(), owners()
    assert parent(child, "owner", [child, people]) is people
    assert parent(child, "owner", [child]) is None


def test_the_parent_can_be_named():
    others = owners(name="others")
    child = pets({"owner": Reference("owner_id", to="others")})
    assert parent(child, "owner", [owners(), others, child]) is others
    assert parent(child, "owner", [owners(), child]) is None


def test_only_what_a_module_itself_declares_is_found():
    here = sys.modules[__name__]
    assert declared(here) == [PetMigration.spec]
    assert declared(pets_module) == []


def test_entities_are_found_by_name():
    assert spec("orders").target._meta.db_table == "orders"
    assert len({one.name for one in specs()}) == len(specs())
    with pytest.raises(UnknownEntity, match=r"'ordres'.*orders"):
        spec("ordres")
