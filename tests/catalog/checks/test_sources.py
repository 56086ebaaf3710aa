import pytest
from django.db.models import Count, Exists, F, OuterRef, Q

from catalog.declare import Column, Derived, Each, Reference
from catalog.transforms import blank, one_of
from tests.catalog.checks.pets import OldVisit, found, only, owners, pets


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("nmae", "Did you mean 'name'?"),
        ("owner__nam", "Did you mean 'name'?"),
        ("owner_id__name", "'owner_id' is no reference: end the path there."),
        ("zzz", "Correct the name, or add the column to the mirror of old_pet."),
    ],
)
def test_E020_a_path_that_leads_nowhere(path, hint):
    finding = only("E020", owners(), pets({"kind": Column(path, blank)}))
    assert repr(path) in finding.msg
    assert finding.hint == hint


def test_E020_also_looks_at_conditions_of_references_and_at_columns_of_each():
    assert only("E020", owners(), pets({"owner": Reference("owner_id", when={"kind": 1})}))
    each = Each("names", by=lambda names: [], gives=("part",))
    assert only("E020", owners(), pets({"kind": Column("part", blank)}, each=each))


def test_E021_a_path_over_several_rows():
    finding = only("E021", owners(), pets({"kind": Column("visits__id", str)}))
    assert "can have several rows" in finding.msg
    assert "Subquery" in finding.hint


def test_E021_a_one_to_one_is_fine_from_both_sides():
    assert found(owners(), pets({"kind": Column("chip_visit__id", str)})) == {}


def test_E022_an_annotation_that_cannot_be_resolved():
    finding = only("E022", owners(), pets({"kind": Column("much", str)}, annotate={"much": F("weihgt")}))
    assert "'much'" in finding.msg


def test_E022_an_annotation_with_the_name_of_a_column():
    assert only("E022", owners(), pets(annotate={"age": Count("id")}))


def test_E023_a_condition_that_cannot_be_resolved():
    finding = only("E023", owners(), pets(where=Q(agee=3)))
    assert "agee" in finding.msg


def test_E024_a_condition_over_several_rows():
    finding = only("E024", owners(), pets(where=Q(visits__id__gt=3)))
    assert "old_visit" in finding.msg
    assert "Exists" in finding.hint


def test_E024_exists_is_fine():
    assert found(owners(), pets(where=Q(Exists(OldVisit.objects.filter(pet=OuterRef("pk")))))) == {}


def test_E025_a_condition_that_hides_rows_whose_parent_is_gone():
    finding = only("E025", owners(), pets(where=Q(owner__name="Ann")))
    assert "old_owner" in finding.msg
    assert "has_key" in finding.hint


def test_E025_notices_that_a_recipe_turns_a_harmless_condition_into_a_join():
    condition = Q(owner__isnull=False)
    assert found(owners(), pets(where=condition)) == {}
    assert only("E025", owners(), pets({"kind": Column("owner__name", blank)}, where=condition))


@pytest.mark.parametrize(
    ("step", "hint"),
    [
        ({1: "cat"}, "one_of(...)"),
        ("blank", "a function's name"),
        (one_of, None),
        (lambda: "cat", "Derived"),
        (lambda one, other: "cat", "Derived"),
    ],
)
def test_E026_a_step_that_is_no_function_of_one_value(step, hint):
    specs = owners(), pets({"kind": Column("name", step)})
    if hint is None:  # it takes one value, and nobody can tell beforehand that a function comes out
        assert found(*specs) == {}
    else:
        assert hint in only("E026", *specs).hint


@pytest.mark.parametrize("by", [lambda name: name, lambda name, age, owner: name, "join"])
def test_E027_a_function_that_takes_another_number_of_columns(by):
    finding = only("E027", owners(), pets({"kind": Derived("name", "age", by=by)}))
    assert "does not take 2 values" in finding.msg


@pytest.mark.parametrize("by", [lambda *values: "", lambda name, age, more=1: "", max, dict.get])
def test_E027_functions_that_take_them_are_fine(by):
    assert found(owners(), pets({"kind": Derived("name", "age", by=by)})) == {}


def test_E027_also_looks_at_each():
    each = Each("name", "age", by=lambda name: [], gives=("part",))
    assert only("E027", owners(), pets({"kind": Column("part", blank)}, each=each))


@pytest.mark.parametrize("gives", [("age",), ("owner_id", "part"), ("part", "part"), ()])
def test_E028_parts_with_names_that_are_taken_or_missing(gives):
    assert only("E028", owners(), pets(each=Each("name", by=lambda name: [], gives=gives)))


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({"name": Column("age")}, "age is integer, and the field is text"),
        ({"age": Column("name")}, "name is text, and the field is integer"),
        ({"data": Column("data")}, "data is text, and the field is json"),
        ({"name": Column("owner_id")}, "owner_id is integer, and the field is text"),
    ],
)
def test_E029_a_plain_copy_between_different_kinds(recipe, words):
    finding = only("E029", owners(), pets(recipe))
    assert words in finding.msg
    assert "json_value" in finding.hint or "a step from catalog.transforms" in finding.hint


def test_E029_whole_numbers_may_fill_decimals():
    assert found(owners(), pets({"weight": Column("age")})) == {}
