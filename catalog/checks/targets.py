"""The target's side: recipes against the fields of the new table."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import NOT_PROVIDED, Field, ForeignKey, JSONField, UniqueConstraint, UUIDField

from catalog.checks.rules import Finding, World, each_entity, nearest, rule
from catalog.declare import Constant, OnInvalid, OnMissing, Spec

Pairs = Iterator[tuple[str, str]]


def known(spec: Spec) -> list[tuple[Field, Any]]:
    """The recipes whose fields there are, with these."""
    return [(spec.fields[name], recipe) for name, recipe in spec.recipes.items() if name in spec.fields]


@each_entity("E010")
def unknown_field(spec: Spec) -> Pairs:
    """A recipe for a field that the target does not have."""
    by_column = {field.attname: name for name, field in spec.fields.items()}
    for name in spec.recipes:
        if name not in spec.fields:
            table = spec.target.__name__
            hint = f"Write {by_column[name]!r}." if name in by_column else None
            yield (
                f"{name} = ... has no field: {table} has none of this name.",
                hint or nearest(name, spec.fields, f"Add the field to {table}, or remove the recipe."),
            )


@rule("E011")
def field_without_recipe(world: World) -> Iterator[Finding]:
    """A target field that nothing fills. One that may be NULL may be left to another entity of the same table."""
    filled: dict[Any, set[str]] = {}
    for spec in world.specs:
        filled.setdefault(spec.target, set()).update(spec.recipes)
    for spec in world.specs:
        for name, field in spec.fields.items():
            if name in spec.recipes or field.primary_key or _fills_itself(field):
                continue
            if not (field.null and name in filled[spec.target]):
                kind = "Reference" if isinstance(field, ForeignKey) else "Column"
                yield Finding(
                    spec,
                    f"The field {name} of {spec.target.__name__} has neither recipe nor default.",
                    f'Write {name} = {kind}("<legacy column>"), or give the field a default.',
                )


def _fills_itself(field: Field) -> bool:
    return field.has_default() or field.db_default is not NOT_PROVIDED or field.generated


@each_entity("E012")
def key_is_no_uuid(spec: Spec) -> Pairs:
    """A target table whose primary key is not a UUID."""
    if not isinstance(spec.target._meta.pk, UUIDField):
        yield (
            f"The primary key of {spec.target.__name__} is no UUIDField.",
            "Derive the model from catalog.target.models.base.TargetModel.",
        )


@each_entity("E013")
def recipe_for_the_key(spec: Spec) -> Pairs:
    """A recipe for the primary key, which is made from entity and legacy id."""
    name = spec.target._meta.pk.name
    if name in spec.recipes:
        yield (
            f"{name} = ... is a recipe for the primary key, which is made from the entity and the legacy id.",
            f"Remove it; to keep the legacy id for people to see, add a field such as {spec.name}_number.",
        )


@each_entity("E014")
def empty_but_required(spec: Spec) -> Pairs:
    """A policy that leaves a field empty which may not be empty."""
    for field, recipe in known(spec):
        policies = {getattr(recipe, name) for name in ("on_missing", "on_invalid") if hasattr(recipe, name)}
        for policy in policies - {OnMissing.FAIL, OnInvalid.FAIL, OnInvalid.KEEP_RAW}:
            if not field.null:
                yield (
                    f"{field.name}: the policy {policy.name} leaves the field empty, and it may not be NULL.",
                    f"Remove the policy, so that such rows fail, or write null=True in {spec.target.__name__}.",
                )


@each_entity("E015")
def raw_text_outside_of_json(spec: Spec) -> Pairs:
    """KEEP_RAW on a field that holds no JSON."""
    for field, recipe in known(spec):
        if getattr(recipe, "on_invalid", None) is OnInvalid.KEEP_RAW and not isinstance(field, JSONField):
            yield (
                f"{field.name}: the policy KEEP_RAW is for JSON fields, and this is a {type(field).__name__}.",
                "Write OnInvalid.SET_NULL or remove the policy.",
            )


@each_entity("E016")
def unfit_constant(spec: Spec) -> Pairs:
    """A Constant that the field cannot hold."""
    for field, recipe in known(spec):
        if isinstance(recipe, Constant) and not field.is_relation and not _holds(field, recipe.value):
            yield (
                f"{field.name}: the field cannot hold the Constant.",
                f"Write a value that fits a {type(field).__name__}"
                + (" and is one of its choices." if field.choices else f" of {spec.target.__name__}."),
            )


def _holds(field: Field, value: Any) -> bool:
    try:
        clean = field.clean(value, None)
    except ValidationError:
        return False
    allowed = (Decimal, int) if isinstance(clean, Decimal) else type(clean)
    return clean == value and (clean is None or isinstance(value, allowed))


@each_entity("E017")
def match_without_recipe(spec: Spec) -> Pairs:
    """`match` names a field that no recipe fills, so nothing can be compared with it."""
    for name in spec.match:
        if name not in spec.recipes:
            hint = nearest(name, spec.recipes, "Name fields with a recipe, as match=('username',).")
            yield f"match names {name!r}, which no recipe fills.", hint


@each_entity("E018")
def match_is_ambiguous(spec: Spec) -> Pairs:
    """`match` names fields that several target rows may share."""
    if spec.match and not any(unique <= set(spec.match) for unique in _unique_sets(spec)):
        fields = ", ".join(spec.match)
        yield (
            f"match=({fields}) may find several rows: nothing makes these fields unique in {spec.target.__name__}.",
            "Name the fields of a unique constraint, or add one to the model.",
        )


def _unique_sets(spec: Spec) -> list[set[str]]:
    options = spec.target._meta
    total = [c.fields for c in options.constraints if isinstance(c, UniqueConstraint) and not c.condition and c.fields]
    alone = [[name] for name, field in spec.fields.items() if field.unique]
    return [set(names) for names in (*total, *options.unique_together, *alone)]
