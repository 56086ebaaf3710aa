"""From the paths that a declaration reads to the legacy columns behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.db.models.expressions import Col
from django.db.models.sql import Query

from catalog.declare import Spec


class ManyRows(ValueError):
    """A path over a relation that can have several rows: it would multiply the legacy rows."""


def trace(model: type[Model], path: str) -> list[Field]:
    """The columns that a path touches: the keys on its way and the column at its end.

    Raises FieldDoesNotExist for a path that leads nowhere, `ManyRows` for one that multiplies rows.
    """
    columns: list[Field] = []
    for name in path.split("__"):
        if model is None:
            raise FieldDoesNotExist(f"{path!r} goes on after a column that is no reference")
        found: Any = model._meta.pk if name == "pk" else _field(model, name)
        if found.one_to_many or found.many_to_many:
            raise ManyRows(f"{path!r} goes over {name!r}, which can have several rows")
        columns.append(found if found.concrete else found.remote_field)
        # patient_id is the key itself, patient__id goes to the row behind it.
        model = None if name == getattr(found, "attname", None) and found.is_relation else found.related_model
    return columns


def _field(model: type[Model], name: str) -> Any:
    by_attname = {field.attname: field for field in model._meta.concrete_fields}
    return by_attname.get(name) or model._meta.get_field(name)


def used(spec: Spec) -> set[Field]:
    """Every legacy column that an entity reads, also in its `where` and its annotations."""
    found: set[Field] = {spec.source._meta.pk}
    for path in spec.paths:
        if path not in spec.annotate:
            found.update(trace(spec.source, path))
    rows = spec.source._default_manager.annotate(**spec.annotate)
    if spec.where is not None:
        rows = rows.filter(spec.where)
    found.update(column for column in _columns(rows.query) if column.model._meta.app_label == "legacy")
    return found


def _columns(expression: Any) -> Iterator[Field]:
    """The columns in a query or expression, at any depth."""
    if isinstance(expression, Col):
        yield expression.target
    if isinstance(expression, Query):
        yield from _columns(expression.where)
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
