"""From the paths that a declaration reads to the legacy columns behind them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql import Query
from django.db.models.sql.datastructures import Join

from catalog.declare import Column, Spec
from catalog.transforms import money


class ManyRows(ValueError):
    """A path over a relation that can have several rows: it would multiply the legacy rows."""


def trace(model: type[Model], path: str) -> list[Field]:
    """The columns that a path touches: the keys on its way and the column at its end.

    Raises FieldDoesNotExist for a path that leads nowhere, `ManyRows` for one that multiplies rows.
    """
    columns: list[Field] = []
    there: type[Model] | None = model
    for name in path.split("__"):
        if there is None:
            raise FieldDoesNotExist(f"{path!r} goes on after a column that is no reference")
        found: Any = there._meta.pk if name == "pk" else _field(there, name)
        if found.one_to_many or found.many_to_many:
            raise ManyRows(f"{path!r} goes over {name!r}, which can have several rows")
        columns.append(found if found.concrete else found.remote_field)
        # patient_id is the key itself, patient__id goes to the row behind it.
        there = None if name == getattr(found, "attname", None) and found.is_relation else found.related_model
    return columns


def own(model: type[Model], name: str) -> Field | None:
    """The table's column of this name, given as the mirror or as the database has it; None if there is none."""
    return next((f for f in model._meta.concrete_fields if name in (f.attname, f.name, f.column)), None)


def _field(model: type[Model], name: str) -> Any:
    return _by_attname(model).get(name) or model._meta.get_field(name)


@cache
def _by_attname(model: type[Model]) -> dict[str, Field]:
    return {field.attname: field for field in model._meta.concrete_fields}


@cache
def used(spec: Spec) -> frozenset[Field]:
    """Every legacy column that an entity reads, also in its `where` and its annotations.

    Raises what `trace` raises, and FieldError where the conditions or annotations name no columns.
    """
    found: set[Field] = {spec.source._meta.pk}
    for path in spec.paths:
        if path not in spec.annotate:
            found.update(trace(spec.source, path))
    query = rows(spec).query
    found.update(column for column in _columns(query) if column.model._meta.app_label == "legacy")
    return frozenset(found)


def money_columns(spec: Spec) -> dict[str, str]:
    """The target fields that hold amounts, each with the source column that it comes from."""
    recipes = spec.recipes.items()
    return {name: recipe.path for name, recipe in recipes if isinstance(recipe, Column) and money in recipe.steps}


def rows(spec: Spec) -> QuerySet[Any]:
    """The legacy rows in scope with their annotations, as a query that nobody has sent.

    Raises FieldError, or ValueError for an annotation with the name of a column.
    """
    found = spec.source._default_manager.annotate(**spec.annotate)
    return found if spec.where is None else found.filter(spec.where)


def joins(query: Query) -> list[Any]:
    """The joins that a query makes, those left out that Django knew how to do without."""
    tables = query.alias_map.items()
    return [table for alias, table in tables if isinstance(table, Join) and query.alias_refcount[alias]]


def _columns(expression: Any) -> Iterator[Field]:
    """The columns in a query or expression, at any depth."""
    if isinstance(expression, Col):
        yield expression.target
    if isinstance(expression, Query):
        yield from _columns(expression.where)
        for join in joins(expression):
            for pair in join.join_fields:
                yield from pair
        for part in (*expression.annotations.values(), *expression.select):
            yield from _columns(part)
        return
    for child in getattr(expression, "children", ()):
        yield from _columns(child)
    for name in ("query", "lhs", "rhs"):
        child = getattr(expression, name, None)
        if child is not None and not isinstance(child, str | int | bool | list | tuple):
            yield from _columns(child)
    if hasattr(expression, "get_source_expressions"):
        for child in expression.get_source_expressions():
            if child is not None and child is not getattr(expression, "lhs", None):
                yield from _columns(child)
