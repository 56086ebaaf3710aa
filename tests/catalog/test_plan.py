"""The order of entities, in a world of tables A, B, C ... that refer to one another."""

import json
from io import StringIO

import pytest
from django.apps.registry import Apps
from django.core.management import CommandError, call_command
from django.db import models

from catalog.declare import OnMissing, Reference
from catalog.plan import Cycle, levels, ordered, parents
from catalog.registry import specs
from catalog.target.models.base import TargetModel
from tests.catalog.checks.pets import OldPet, declare


def world(**arrows):
    """world(a="b c?"): the entity a refers to b, and to c through a key that may be NULL."""
    apps = Apps(["catalog.target"])
    options = {"apps": apps, "app_label": "target"}
    found = []
    for name, text in arrows.items():
        keys = {
            key.rstrip("?"): models.ForeignKey(f"target.T{key.rstrip('?')}", models.PROTECT, null=key.endswith("?"))
            for key in text.split()
        }
        body = {"__module__": __name__, "Meta": type("Meta", (), {**options, "db_table": name}), **keys}
        target = type(f"T{name}", (TargetModel,), body)
        recipes = {key: Reference("id", on_missing=OnMissing.WAIT) for key in keys}
        found.append(declare(recipes, script=1, source=OldPet, target=target))
    return found


def names(found):
    return [[spec.name for spec in level] for level in levels(found, found)]


def test_parents_come_first_and_levels_are_in_alphabetical_order():
    found = world(task="order file?", order="patient", file="order?", patient="profile", profile="", office="")
    assert names(found) == [["office", "profile"], ["patient"], ["order"], ["file"], ["task"]]
    assert names(found[::-1]) == names(found)


def test_only_chosen_entities_are_ordered_and_absent_parents_are_not_waited_for():
    found = world(a="b", b="c", c="")
    assert [[s.name for s in level] for level in levels(found[:1], found)] == [["a"]]
    assert [[s.name for s in level] for level in levels(found[::2], found)] == [["a", "c"]]


def test_a_reference_to_the_own_table_is_no_obstacle():
    assert names(world(category="category?")) == [["category"]]


def test_a_circle_is_opened_at_a_key_that_may_be_null():
    assert names(world(doctor="office", office="doctor?", visit="office")) == [["office"], ["doctor", "visit"]]


def test_a_circle_is_opened_at_one_place_only():
    """Both a and b could go first; b waits for a, as opening the circle at a is enough."""
    assert names(world(a="b?", b="a?", c="b")) == [["a"], ["b"], ["c"]]


@pytest.mark.parametrize(
    ("arrows", "circle"),
    [
        ({"a": "b", "b": "a"}, ["a", "b"]),
        ({"a": "b", "b": "c", "c": "a", "d": "a", "e": ""}, ["a", "b", "c"]),
    ],
)
def test_a_circle_of_keys_that_may_not_be_null_is_refused_by_name(arrows, circle):
    with pytest.raises(Cycle) as refusal:
        names(world(**arrows))
    assert refusal.value.names == circle
    assert str(refusal.value).startswith(", ".join(circle) + " refer to one another in a circle")


def test_parents_without_the_entity_itself_and_each_once():
    a, b, c = world(a="b c? a?", b="", c="")
    assert parents(a, among=[a, b, c]) == [b, c]
    assert parents(a, among=[a, b, c], required=True) == [b]


def test_the_whole_plan_has_every_entity_once_and_parents_first():
    plan = ordered()
    assert sorted(spec.name for spec in plan) == sorted(spec.name for spec in specs())
    place = {spec.name: number for number, spec in enumerate(plan)}
    for spec in plan:
        for one in parents(spec):
            assert place[one.name] < place[spec.name]


def told(*args):
    out = StringIO()
    call_command("migration_plan", *args, stdout=out)
    return out.getvalue()


def test_the_command_tells_levels_scripts_tables_and_parents():
    rows = json.loads(told("orders", "patients", "categories", "--json"))
    assert [(row["level"], row["entity"]) for row in rows] == [(1, "categories"), (1, "patients"), (2, "orders")]
    order = rows[-1]
    assert (order["script"], order["source"], order["target"]) == (5, "dispatch_instruction", "orders")
    assert order["parents"] == ["courses", "doctors", "offices", "patients"]
    assert rows[0]["waits_for"] == ["parent (categories)"]


def test_the_command_prints_a_table_of_everything():
    text = told()
    assert all(spec.name in text for spec in specs())
    assert "levels." in text


def test_the_command_knows_its_entities():
    with pytest.raises(CommandError, match="There is no entity 'order'"):
        told("order")
