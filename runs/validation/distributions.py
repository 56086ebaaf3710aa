"""Column by column both sides look alike as a whole: nulls, extremes, lengths, distinct values, codes.

Both servers count for themselves, over the rows that arrived. Columns that are copied have to agree in every number,
codes in every frequency, once their declaration has translated them. Of all other columns it is asked whether they
became empty or constant. Where rows become several there are no columns that a server could count: nothing is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections, models

from catalog.declare import Column, Derived, Spec
from catalog.transforms import Unfit
from legacy import profile, reader
from legacy.profile import Measure
from runs import sql_distributions
from runs.findings import Found, Kind
from runs.models import Severity

EMPTIED = Kind("emptied", Severity.ERROR, "No row holds anything in {field}, although the legacy rows do.")
CONSTANT = Kind("constant", Severity.ERROR, "All rows hold the same in {field}, although the legacy rows differ.")
FREQUENCIES = Kind(
    "frequencies", Severity.WARNING, "The codes in {field} are not as frequent as in the legacy rows: see `values`."
)
DIFFERENT = {
    Measure.FILLED: Kind("filled", Severity.WARNING, "Another number of rows hold something in {field}: see `values`."),
    Measure.DISTINCT: Kind(
        "distinct", Severity.WARNING, "{field} has another number of different values: see `values`."
    ),
    Measure.LEAST: Kind("least", Severity.WARNING, "The least {field} is not that of the legacy rows: see `values`."),
    Measure.GREATEST: Kind("greatest", Severity.WARNING, "The greatest {field} is not the legacy rows': see `values`."),
    Measure.SHORTEST: Kind("shortest", Severity.WARNING, "The shortest {field} has another length: see `values`."),
    Measure.LONGEST: Kind("longest", Severity.WARNING, "The longest {field} has another length: see `values`."),
}
#: Extremes are values of rows, which no finding holds.
SHOWN = (Measure.FILLED, Measure.DISTINCT, Measure.SHORTEST, Measure.LONGEST)

TEXTS = (models.CharField, models.TextField)
ORDERED = (models.IntegerField, models.DecimalField, models.DateField)
#: Rows that did not arrive and can be left out by their keys; codes; values that tell what a column is like.
ROWS, CODES, SOME = 20_000, 500, 50


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    if spec.each is not None:
        return
    selection = reader.Selection(spec.source, spec.paths, spec.where, spec.annotate)
    left_out = sql_distributions.not_created(spec.name, ROWS)
    if left_out is None:  # no server could tell the rows that arrived from the others
        return
    recipes = {name: r for name, r in spec.recipes.items() if isinstance(r, Column | Derived)}
    weak = [(name, measure) for name in recipes for measure in (Measure.FILLED, Measure.DISTINCT)]
    rows, found = sql_distributions.measured(spec, weak)
    if not rows:
        return
    kept = dict(zip(weak, found, strict=True))
    without = [spec.source._meta.pk.to_python(one) for one in left_out]
    poor = {name for name in recipes if kept[name, Measure.DISTINCT] <= 1}
    for name in recipes:
        if name in poor:
            yield from _poor(selection, name, recipes[name], without, kept[name, Measure.FILLED] == 0)
    # Where other rows are missing, no number could be equal: accounting tells which ones.
    if profile.rows(selection, without) == rows:
        yield from _alike(spec, selection, without, poor)


def _poor(
    selection: reader.Selection, name: str, recipe: Column | Derived, without: Sequence[Any], empty: bool
) -> Iterator[Found]:
    """A column of the target that says nothing, or always the same: does the legacy one say more?"""
    expected = set()
    for values in profile.some(selection, recipe.paths, without, SOME):
        try:
            value = _translated(recipe, values)
        except Exception:  # whatever the recipe refuses is expected nowhere
            continue
        if value is not None:
            expected.add(repr(value))
    if empty and expected:
        yield Found(EMPTIED, name)
    elif len(expected) > 1:
        yield Found(CONSTANT, name)


def _alike(spec: Spec, selection: reader.Selection, without: Sequence[Any], poor: set[str]) -> Iterator[Found]:
    resolved = sql_distributions.resolved_fields(spec.name)
    copied: list[tuple[str, Measure]] = []
    for name, recipe in spec.recipes.items():
        if not isinstance(recipe, Column) or resolved.get(name):
            continue
        if _is_code(spec.fields[name]):
            legacy = profile.frequencies(selection, recipe.path, without, CODES)
            if legacy is not None:
                yield from _frequencies(spec, name, recipe, legacy)
        elif not recipe.steps and name not in resolved:
            copied += [(name, measure) for measure in _measures(spec.fields[name])]
    recipes: Any = spec.recipes
    before = profile.measured(selection, [(recipes[name].path, measure) for name, measure in copied], without)
    _, after = sql_distributions.measured(spec, copied)
    for (name, measure), one, other in zip(copied, before, after, strict=True):
        if one != other:
            shown = (f"{one:,}", f"{other:,}") if measure in SHOWN and None not in (one, other) else ("", "")
            yield Found(DIFFERENT[measure], name, 0, (), *shown)


def _frequencies(spec: Spec, name: str, recipe: Column, legacy: list[tuple[Any, int]]) -> Iterator[Found]:
    expected: Counter[Any] = Counter()
    for value, rows in legacy:
        try:
            expected[_translated(recipe, (value,))] += rows
        except Unfit:
            expected[None] += rows
    actual = Counter(sql_distributions.frequencies(spec, name))
    moved = max((expected - actual).total(), (actual - expected).total())
    if moved:
        yield Found(FREQUENCIES, name, moved)


def _translated(recipe: Column | Derived, values: Sequence[Any]) -> Any:
    if isinstance(recipe, Derived):
        return recipe.by(*values)
    value = values[0]
    for step in recipe.steps:
        value = None if value is None else step(value)
    return value


def _is_code(field: models.Field) -> bool:
    return bool(field.choices) or isinstance(field, models.BooleanField | models.SmallIntegerField)


def _measures(field: models.Field) -> list[Measure]:
    """What can be compared of a copied column. Other servers than PostgreSQL take other texts for equal."""
    if isinstance(field, TEXTS):
        same = [Measure.DISTINCT] if connections[profile.ALIAS].vendor == "postgresql" else []
        return [Measure.FILLED, Measure.SHORTEST, Measure.LONGEST, *same]
    if isinstance(field, ORDERED):
        return [Measure.FILLED, Measure.DISTINCT, Measure.LEAST, Measure.GREATEST]
    return [Measure.FILLED]
