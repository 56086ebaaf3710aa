"""The legacy side: paths, conditions and functions against the columns of the old table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db.models import Field, Model

from catalog.checks.rules import each_entity, nearest
from catalog.checks.targets import known
from catalog.columns import ManyRows, joins, rows, trace
from catalog.declare import Column, Derived, Spec
from legacy.schema import FAMILY_OF

Pairs = Iterator[tuple[str, str]]
#: What an annotation or condition may raise when Django resolves it.
UNRESOLVED = (FieldError, FieldDoesNotExist, ValueError, TypeError)


def own_paths(spec: Spec) -> list[str]:
    """The paths that start at the source, not at an annotation."""
    return [path for path in spec.paths if path not in spec.annotate]


def traced(spec: Spec, path: str) -> list[Field] | None:
    """The columns that a path touches; None where another rule has something to say about it."""
    try:
        return None if path in spec.annotate else trace(spec.source, path)
    except (FieldDoesNotExist, ManyRows):
        return None


@each_entity("E020")
def path_to_nowhere(spec: Spec) -> Pairs:
    """A path that leads to no legacy column."""
    for path in own_paths(spec):
        try:
            trace(spec.source, path)
        except FieldDoesNotExist:
            yield f"{path!r} leads to no column of {spec.source._meta.db_table}.", _probably(spec, path)
        except ManyRows:
            pass


def _probably(spec: Spec, path: str) -> str:
    model: Any = spec.source
    done: list[str] = []
    for name in path.split("__"):
        if model is None:
            return f"{'__'.join(done)!r} is no reference: end the path there."
        names = {*(f.attname for f in model._meta.concrete_fields), *(f.name for f in model._meta.get_fields())}
        if name not in names:
            if not done and spec.annotate:
                names |= set(spec.annotate)
            table = model._meta.db_table
            return nearest(name, names, f"Correct the name, or add the column to the mirror of {table}.")
        done.append(name)
        model = getattr(model._meta.get_field(name), "related_model", None) if _is_field(model, name) else None
    return "Correct the path."


def _is_field(model: type[Model], name: str) -> bool:
    return any(name == field.name for field in model._meta.get_fields())


@each_entity("E021")
def path_over_many_rows(spec: Spec) -> Pairs:
    """A path over a relation that can have several rows, which would multiply the legacy rows."""
    for path in own_paths(spec):
        try:
            trace(spec.source, path)
        except ManyRows as error:
            yield f"{error}.", "Take the other table as source, or pick one row in annotate= with a Subquery."
        except FieldDoesNotExist:
            pass


@each_entity("E022")
def unresolved_annotation(spec: Spec) -> Pairs:
    """An annotation that Django cannot make sense of."""
    for name, expression in spec.annotate.items():
        try:
            spec.source._default_manager.annotate(**{name: expression})
        except UNRESOLVED as error:
            yield f"annotate={{{name!r}: ...}} cannot be resolved: {error}", "Correct the names of columns in it."


@each_entity("E023")
def unresolved_condition(spec: Spec) -> Pairs:
    """A `where` that Django cannot make sense of."""
    if spec.where is None:
        return
    try:
        spec.source._default_manager.filter(spec.where)
    except UNRESOLVED as error:
        yield f"where= cannot be resolved: {error}", "Name columns of the source; annotations are not known in where=."


@each_entity("E024")
def condition_over_many_rows(spec: Spec) -> Pairs:
    """A `where` over a relation that can have several rows."""
    for join in _joins(spec):
        if join.join_field.one_to_many or join.join_field.many_to_many:
            yield (
                f"where= goes over {join.table_name}, which can have several rows for one: rows would be multiplied.",
                "Write Exists(<Model>.objects.filter(<key>=OuterRef('pk'))).",
            )


@each_entity("E025")
def hidden_rows(spec: Spec) -> Pairs:
    """A `where` that drops the rows whose parent is gone, without a word."""
    for join in _joins(spec, *(path for path in own_paths(spec) if traced(spec, path))):
        if join.join_type == "INNER JOIN" and not (join.join_field.one_to_many or join.join_field.many_to_many):
            yield (
                f"where= hides the rows without a row in {join.table_name}: nobody learns that they are left out.",
                "Ask for the key itself with catalog.scope.has_key, or move what is asked for into a recipe.",
            )


def _joins(spec: Spec, *paths: str) -> list[Any]:
    try:
        return [] if spec.where is None else joins(rows(spec).values_list("pk", *paths).query)
    except UNRESOLVED:
        return []


@each_entity("E026")
def step_is_no_function_of_one_value(spec: Spec) -> Pairs:
    """A step that is no function, or that does not take one value."""
    for name, recipe in spec.recipes.items():
        steps: tuple[Any, ...] = recipe.steps if isinstance(recipe, Column) else ()
        for step in steps:
            if not callable(step):
                kind = type(step).__name__
                hint = "Write one_of(...) around the codes." if kind == "dict" else "Write a function's name."
                yield f"{name}: a step of the Column is a {kind}, not a function.", hint
            elif not _takes(step, 1):
                yield (
                    f"{name}: the step {_name(step)} does not take one value.",
                    "Use Derived for several columns, or call what makes the step, as in between(0, 100).",
                )


@each_entity("E027")
def wrong_number_of_columns(spec: Spec) -> Pairs:
    """A function of `by` that does not take as many values as there are columns."""
    found: dict[str, Any] = {name: recipe for name, recipe in spec.recipes.items() if isinstance(recipe, Derived)}
    for name, recipe in [*found.items(), *([("each", spec.each)] if spec.each else [])]:
        if not callable(recipe.by) or not _takes(recipe.by, len(recipe.columns)):
            yield (
                f"{name}: {_name(recipe.by)} does not take {len(recipe.columns)} values, one for each column.",
                "Let the function have one parameter for each column, in the same order.",
            )


def _takes(function: Callable[..., Any], values: int) -> bool:
    try:
        inspect.signature(function).bind(*range(values))
    except TypeError:
        return False
    except ValueError:  # built-in functions may not tell
        return True
    return True


def _name(function: Any) -> str:
    return getattr(function, "__qualname__", type(function).__name__)


@each_entity("E028")
def parts_that_hide_columns(spec: Spec) -> Pairs:
    """`each` gives nothing, a name twice, or a name that a column or annotation has already."""
    if not spec.each:
        return
    gives = spec.each.gives
    columns = {name for field in spec.source._meta.concrete_fields for name in (field.name, field.attname)}
    clashes = sorted((columns | set(spec.annotate)) & set(gives))
    if clashes:
        yield (
            f"each gives {', '.join(clashes)}, which the source has already.",
            "Give the values of the parts other names.",
        )
    if not gives or len(set(gives)) < len(gives):
        yield "each must give at least one value, and none twice.", "Write gives=('part', ...)."


@each_entity("E029")
def kinds_that_differ(spec: Spec) -> Pairs:
    """A Column without steps between columns of different kinds: every one of its values would be refused."""
    for field, recipe in known(spec):
        columns = traced(spec, recipe.path) if isinstance(recipe, Column) and not recipe.steps else None
        if not columns or field.is_relation or (spec.each and recipe.path in spec.each.gives):
            continue
        old, new = _kind(columns[-1]), _kind(field)
        if old and new and old != new and (old, new) != ("integer", "numeric"):
            hint = "json_value" if new == "json" else f"a step from catalog.transforms that makes {new} of {old}"
            yield f"{field.name}: {recipe.path} is {old}, and the field is {new}.", f"Add {hint}."


def _kind(field: Any) -> str | None:
    while field.is_relation:
        field = field.target_field
    return FAMILY_OF.get(field.get_internal_type().lower())
