"""The sums of every money column agree to the cent, over the rows that arrived: as a whole, by code, month and page.

Each column has a sum of its own: amounts of different columns and tables may be the same money, so nobody adds them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from catalog.columns import money_columns
from catalog.declare import Derived, Spec
from catalog.money import dimensions, told_again
from catalog.transforms import Unfit, money
from legacy import reader
from runs import sql_money
from runs.findings import SAMPLE, Found, Kind, Origin
from runs.ledger.models import Outcome
from runs.losses import aware
from runs.models import Severity
from runs.sides import Sides, sides

DIFFERENT = Kind(
    "sum",
    Severity.CRITICAL,
    "The sum of {field} is not that of the legacy rows: the check of values names the rows.",
)
DIFFERENT_BEFORE = Kind(
    "sum_before",
    Severity.INFO,
    "The sum of {field} is not that of the legacy rows, over rows that were in the target before the migration.",
    Origin.INHERITED,
)
CHANGED = Kind(
    "sum_changed",
    Severity.WARNING,
    "The sum of {field} is not that of the legacy rows, over legacy rows that have changed since they were migrated.",
)
GROUP = Kind(
    "sum_of_group",
    Severity.CRITICAL,
    "The sum of {field} is not that of the legacy rows of this code, currency and month.",
)
PAGE = Kind(
    "page_total",
    Severity.CRITICAL,
    "The sum of {field} is not the control total that the page recorded when it was written.",
)
TOLD_AGAIN = Kind(
    "told_again", Severity.INFO, "The amounts of {field} are also told by other fields: never add their sums."
)

#: More digits than any sum of amounts that a table can hold: nothing is ever rounded.
EXACT = Context(prec=200)


class Sum(NamedTuple):
    """A money column over some rows: their number, and the sum on both sides."""

    rows: int
    legacy: Decimal
    target: Decimal

    @property
    def difference(self) -> Decimal:
        return EXACT.subtract(self.target, self.legacy)

    def plus(self, other: Sum) -> Sum:
        return Sum(self.rows + other.rows, EXACT.add(self.legacy, other.legacy), EXACT.add(self.target, other.target))


NOTHING = Sum(0, Decimal("0.00"), Decimal("0.00"))

Group = tuple[str, ...]


class Sums:
    """Field → its sums over the rows that arrived: apart by what a difference says, and by code, currency and month."""

    def __init__(self) -> None:
        self.whole: dict[tuple[str, Kind], Sum] = defaultdict(lambda: NOTHING)
        self.groups: dict[tuple[str, Group], Sum] = defaultdict(lambda: NOTHING)

    def add(self, name: str, kind: Kind, before: Decimal, after: Decimal, legacy: Group, target: Group) -> None:
        self.whole[name, kind] = self.whole[name, kind].plus(Sum(1, before, after))
        if legacy and kind is DIFFERENT:
            self.groups[name, legacy] = self.groups[name, legacy].plus(Sum(1, before, Decimal(0)))
            self.groups[name, target] = self.groups[name, target].plus(Sum(0, Decimal(0), after))


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    columns = money_columns(spec)
    if not columns:
        return
    found = gathered(spec, snapshot)
    for (name, kind), total in found.whole.items():
        if total.difference:
            yield _gap(kind, name, total)
    odd = [(name, group, total) for (name, group), total in found.groups.items() if total.difference]
    for name, group, total in sorted(odd, key=lambda one: -abs(one[2].difference))[:SAMPLE]:
        yield _gap(GROUP, f"{name} [{', '.join(group)}]", total)
    yield from _pages(spec, list(columns))
    for name in columns:
        if others := told_again(spec.name, name):
            yield Found(TOLD_AGAIN, name, expected=", ".join(others)[:100])


def sums(spec: Spec, snapshot: reader.Snapshot) -> dict[tuple[str, Kind], Sum]:
    """Field → its sums over the rows that arrived, apart for rows of which a difference says different things."""
    return dict(gathered(spec, snapshot).whole)


def gathered(spec: Spec, snapshot: reader.Snapshot) -> Sums:
    """All sums of the entity, by one pass over both sides."""
    found, columns = Sums(), money_columns(spec)
    groups = Groups(spec)
    for page in sides(spec, snapshot, [*columns, *groups.names]):
        kinds = [
            CHANGED if legacy_id in page.changed else DIFFERENT_BEFORE if row.outcome == Outcome.MATCHED else DIFFERENT
            for legacy_id, row in zip(page.batch.ids, page.target, strict=True)
        ]
        legacy, target = groups.legacy(page), groups.target(page, len(columns))
        for place, (name, path) in enumerate(columns.items()):
            for kind, before, after, one, other in zip(
                kinds, page.batch.source[path], page.column(place), legacy, target, strict=True
            ):
                found.add(name, kind, _amount(before), after or Decimal(0), one, other)
    return found


class Groups:
    """By what an entity's amounts are grouped, on both sides: code, currency and month, as far as it has them."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.period = dimensions(spec).period
        self.names = [name for name in dimensions(spec) if name]
        self.translate = {name: _translation(spec.recipes[name]) for name in self.names}

    def legacy(self, page: Sides) -> list[Group]:
        columns = [self._meant(name, page) for name in self.names]
        return self._groups(columns, len(page.batch))

    def target(self, page: Sides, first: int) -> list[Group]:
        return self._groups([page.column(first + place) for place in range(len(self.names))], len(page.batch))

    def _groups(self, columns: Sequence[Sequence[Any]], rows: int) -> list[Group]:
        texts = [
            [_month(value) if name == self.period else str(value or "none") for value in column]
            for name, column in zip(self.names, columns, strict=True)
        ]
        return list(zip(*texts, strict=True)) if texts else [()] * rows

    def _meant(self, name: str, page: Sides) -> list[Any]:
        """What the declaration makes of the legacy columns."""
        columns = [page.batch.source[path] for path in self.spec.recipes[name].paths]
        return [self.translate[name](*values) for values in zip(*columns, strict=True)]


def _translation(recipe: Any) -> Callable[..., Any]:
    """The recipe as a function, which remembers the few values of a code."""

    @lru_cache(1000)
    def translate(*values: Any) -> Any:
        try:
            if isinstance(recipe, Derived):
                return recipe.by(*values)
            value = values[0]
            for step in recipe.steps:
                value = None if value is None else step(value)
            return value
        except Unfit:
            return None

    return translate


def _month(value: Any) -> str:
    if isinstance(value, datetime):
        value = aware(value).astimezone(UTC)
    return f"{value:%Y-%m}" if isinstance(value, date) else "no date"


def _pages(spec: Spec, names: list[str]) -> Iterator[Found]:
    odd = 0
    for page in sql_money.page_totals(spec, names):
        for name, today in zip(names, page.today, strict=True):
            if name not in page.recorded:  # the field has become money since
                continue
            total = Sum(page.rows, Decimal(page.recorded[name]), today)
            if total.difference and (odd := odd + 1) <= SAMPLE:
                yield _gap(PAGE, f"{name} in page {page.number} of run {page.run}", total)


def _gap(kind: Kind, name: str, total: Sum) -> Found:
    difference = f"{total.difference:+,.2f}"
    return Found(kind, name, total.rows, (), f"{total.legacy:,.2f}", f"{total.target:,.2f}", difference)


def _amount(value: Any) -> Decimal:
    """A legacy amount; one that the declaration refuses or leaves out counts as nothing."""
    try:
        return Decimal(0) if value is None else money(value)
    except Unfit:
        return Decimal(0)
