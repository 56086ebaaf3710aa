"""A small world of owners and pets in which everything is right, for tests that put one thing wrong."""

from collections.abc import Mapping
from types import new_class
from typing import Any

from django.apps.registry import Apps
from django.core.checks import CheckMessage
from django.db import models

from catalog.checks import World, findings
from catalog.declare import Column, EntityMigration, Recipe, Reference, Spec
from catalog.target.models.base import TargetModel
from catalog.transforms import json_value
from legacy.models.base import Mirror, one_to_one, reference

#: Of its own, so that the models are no part of the project.
APPS = Apps(["legacy", "catalog.target"])


class OldOwner(Mirror):
    name = models.CharField(max_length=50, null=True)

    class Meta(Mirror.Meta):
        apps, app_label, db_table = APPS, "legacy", "old_owner"


class OldPet(Mirror):
    owner = reference("legacy.OldOwner")
    name = models.CharField(max_length=50, null=True)
    age = models.IntegerField(null=True)
    data = models.TextField(null=True)

    class Meta(Mirror.Meta):
        apps, app_label, db_table = APPS, "legacy", "old_pet"


class OldVisit(Mirror):
    pet = reference("legacy.OldPet", related_name="visits")
    chip = one_to_one("legacy.OldPet", related_name="chip_visit")

    class Meta(Mirror.Meta):
        apps, app_label, db_table = APPS, "legacy", "old_visit"


class Person(TargetModel):
    name = models.CharField(max_length=50)
    email = models.CharField(max_length=50, null=True, unique=True, default=None)
    favourite = models.ForeignKey("target.Animal", models.PROTECT, null=True, default=None)

    class Meta:
        apps, app_label, db_table = APPS, "target", "people"


class Animal(TargetModel):
    owner = models.ForeignKey(Person, models.PROTECT)
    parent = models.ForeignKey("self", models.PROTECT, null=True, default=None)
    name = models.CharField(max_length=50, unique=True)
    age = models.IntegerField(null=True)
    data = models.JSONField(null=True)
    weight = models.DecimalField(max_digits=5, decimal_places=2, null=True, default=None)
    kind = models.CharField(max_length=9, choices=[("cat", "cat"), ("dog", "dog")], default="cat")

    class Meta:
        apps, app_label, db_table = APPS, "target", "animals"


class Number(models.Model):
    number = models.IntegerField(primary_key=True)
    name = models.CharField(max_length=50)

    class Meta:
        apps, app_label, db_table = APPS, "target", "numbers"


def declare(recipes: Mapping[str, Recipe | None], **header: Any) -> Spec:
    """A declaration with these recipes; None takes one away."""
    body = {name: recipe for name, recipe in recipes.items() if recipe}
    return new_class("PetMigration", (EntityMigration,), header, lambda names: names.update(body, __doc__="A.")).spec


def owners(_: Mapping[str, Recipe | None] | None = None, **header: Any) -> Spec:
    recipes = {"name": Column("name"), **(_ or {})}
    return declare(recipes, **{"script": 1, "source": OldOwner, "target": Person, **header})


def pets(_: Mapping[str, Recipe | None] | None = None, **header: Any) -> Spec:
    recipes = {
        "owner": Reference("owner_id"),
        "name": Column("name"),
        "age": Column("age"),
        "data": Column("data", json_value),
        **(_ or {}),
    }
    return declare(recipes, **{"script": 2, "source": OldPet, "target": Animal, **header})


def found(*specs: Spec, **world: Any) -> dict[str, list[CheckMessage]]:
    """What is wrong with these declarations: id → findings."""
    by_id: dict[str, list[CheckMessage]] = {}
    for finding in findings(World(specs, **world)):
        by_id.setdefault(finding.id.removeprefix("catalog."), []).append(finding)
    return by_id


def only(id: str, *specs: Spec, **world: Any) -> CheckMessage:
    """The single finding, which has this id."""
    everything = found(*specs, **world)
    assert list(everything) == [id], {id: [f.msg for f in one] for id, one in everything.items()}
    (finding,) = everything[id]
    return finding
