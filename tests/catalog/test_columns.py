import pytest
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower

from catalog.columns import ManyRows, joins, own, rows, trace, used
from catalog.declare import Column, Derived, Each, Reference
from legacy.models import Instruction, Jaw, OfficeDoctor, Patient, User, UserGroup
from tests.catalog.checks.pets import OldOwner, OldPet, OldVisit, declare, pets


def names(columns):
    return {f"{column.model._meta.db_table}.{column.column}" for column in columns}


@pytest.mark.parametrize(
    ("model", "path", "expected"),
    [
        (OldPet, "name", ["old_pet.name"]),
        (OldPet, "pk", ["old_pet.id"]),
        (OldPet, "owner_id", ["old_pet.owner_id"]),
        (OldPet, "owner", ["old_pet.owner_id"]),
        (OldPet, "owner__id", ["old_pet.owner_id", "old_owner.id"]),
        (OldPet, "owner__pk", ["old_pet.owner_id", "old_owner.id"]),
        (OldPet, "owner__name", ["old_pet.owner_id", "old_owner.name"]),
        (OldVisit, "pet__owner__name", ["old_visit.pet_id", "old_pet.owner_id", "old_owner.name"]),
        (OldPet, "chip_visit__id", ["old_visit.chip_id", "old_visit.id"]),
        (OldPet, "chip_visit__pet_id", ["old_visit.chip_id", "old_visit.pet_id"]),
        (User, "patient__suffix", ["dispatch_patient.user_id", "dispatch_patient.suffix"]),
    ],
)
def test_a_path_touches_its_keys_and_its_column(model, path, expected):
    assert [f"{column.model._meta.db_table}.{column.column}" for column in trace(model, path)] == expected


@pytest.mark.parametrize("path", ["nothing", "owner__nothing", "owner_id__name", "name__lower", "", "owner__"])
def test_a_path_to_nowhere(path):
    with pytest.raises(FieldDoesNotExist):
        trace(OldPet, path)


def test_a_path_over_several_rows():
    with pytest.raises(ManyRows, match="'visits', which can have several rows"):
        trace(OldPet, "visits__id")


@pytest.mark.parametrize("name", ["owner", "owner_id"])
def test_a_column_by_either_of_its_names(name):
    assert own(OldPet, name).column == "owner_id"


def test_no_column_of_this_name():
    assert own(OldPet, "visits") is own(OldPet, "nothing") is None


def read(recipes=None, **header):
    """The columns that an entity reads with these recipes and no others."""
    nothing = dict.fromkeys(["owner", "name", "age", "data"])
    return names(used(pets(nothing | (recipes or {}), **header)))


def test_the_key_is_always_read():
    assert read() == {"old_pet.id"}


def test_what_recipes_read():
    recipes = {
        "owner": Reference("owner_id", when={"age": 1}),
        "name": Derived("name", "owner__name", by=str),
    }
    assert read(recipes) == {"old_pet.id", "old_pet.owner_id", "old_pet.age", "old_pet.name", "old_owner.name"}


def test_what_each_reads_and_not_what_it_gives():
    each = Each("data", by=lambda data: [], gives=("part",))
    assert read({"name": Column("part")}, each=each) == {"old_pet.id", "old_pet.data"}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Q(age=1), {"old_pet.age"}),
        (~Q(age=1) | Q(name="x", data=F("name")), {"old_pet.age", "old_pet.name", "old_pet.data"}),
        (Q(owner__name="Ann"), {"old_pet.owner_id", "old_owner.name", "old_owner.id"}),
        (Q(owner__isnull=True), {"old_pet.owner_id"}),
        (Q(Exists(OldVisit.objects.filter(pet=OuterRef("pk")))), {"old_visit.pet_id"}),
        (
            Q(owner__in=OldOwner.objects.filter(name="Ann")),
            {"old_pet.owner_id", "old_owner.name", "old_owner.id"},
        ),
        (Q(Exists(OldVisit.objects.filter(pet__name=OuterRef("data")))), None),
    ],
)
def test_what_a_condition_reads(where, expected):
    expected = expected or {"old_visit.pet_id", "old_pet.name", "old_pet.data"}
    assert read(where=where) == {"old_pet.id", *expected}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (F("age"), {"old_pet.age"}),
        (Coalesce(Lower("name"), F("owner__name"), Value("")), {"old_pet.name", "old_pet.owner_id", "old_owner.name"}),
        (Case(When(age=1, then=F("name")), default=F("data")), {"old_pet.age", "old_pet.name", "old_pet.data"}),
        (
            Subquery(OldVisit.objects.filter(pet=OuterRef("owner_id")).values("chip_id")[:1]),
            {"old_visit.pet_id", "old_visit.chip_id", "old_pet.owner_id"},
        ),
    ],
)
def test_what_an_annotation_reads(annotation, expected):
    found = read({"kind": Column("extra")}, annotate={"extra": annotation})
    assert found - {"old_owner.id"} == {"old_pet.id", *expected}


def test_real_conditions_with_subqueries():
    spec = declare(
        {"kind": Column("upper")},
        script=1,
        source=Jaw,
        target=pets().target,
        annotate={"upper": Subquery(Instruction.objects.filter(upper_jaw=OuterRef("pk")).values("id")[:1])},
        where=Q(Exists(UserGroup.objects.filter(user=OuterRef("product_id"), group_id=2))),
    )
    assert names(used(spec)) == {
        "dispatch_jaw.id",
        "dispatch_jaw.product_id",
        "dispatch_instruction.upper_jaw_id",
        "dispatch_instruction.id",
        "auth_user_groups.user_id",
        "auth_user_groups.group_id",
    }


def test_what_cannot_be_read_is_an_error():
    for broken in (pets({"kind": Column("nothing")}), pets({"kind": Column("visits__id")}), pets(where=Q(nothing=1))):
        with pytest.raises((FieldDoesNotExist, ManyRows, FieldError)):
            used(broken)


def test_joins_that_a_query_can_do_without_do_not_count():
    assert joins(Patient.objects.filter(office__isnull=False).query) == []
    assert joins(Patient.objects.filter(doctor__id=1).values_list("doctor__id").query) == []
    (join,) = joins(OfficeDoctor.objects.filter(user__username="x").query)
    assert join.table_name == "auth_user"


def test_rows_are_those_in_scope_with_their_annotations():
    found = rows(pets(where=Q(age=1), annotate={"extra": F("owner__name")}))
    assert 'WHERE "old_pet"."age" = 1' in str(found.query)
    assert "extra" in found.query.annotations
