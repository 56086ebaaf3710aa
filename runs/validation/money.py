"""The sums of every money column agree to the cent, over the rows that arrived.

Each column has a sum of its own: amounts of different columns and tables may be the same money, so nobody adds them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Context, Decimal
from typing import Any, NamedTuple

from catalog.columns import money_columns
from catalog.declare import Spec
from catalog.transforms import Unfit, money
from legacy import reader
from runs.findings import Found, Kind, Origin
from runs.ledger.models import Outcome
from runs.models import Severity
from runs.sides import sides

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


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    for (name, kind), total in sums(spec, snapshot).items():
        if total.difference:
            difference = f"{total.difference:+,.2f}"
            yield Found(kind, name, total.rows, (), f"{total.legacy:,.2f}", f"{total.target:,.2f}", difference)


def sums(spec: Spec, snapshot: reader.Snapshot) -> dict[tuple[str, Kind], Sum]:
    """Field → its sums over the rows that arrived, apart for rows of which a difference says different things."""
    columns = money_columns(spec)
    totals: dict[tuple[str, Kind], Sum] = defaultdict(lambda: NOTHING)
    for page in sides(spec, snapshot, list(columns)) if columns else ():
        kinds = [
            CHANGED if legacy_id in page.changed else DIFFERENT_BEFORE if row.outcome == Outcome.MATCHED else DIFFERENT
            for legacy_id, row in zip(page.batch.ids, page.target, strict=True)
        ]
        for place, (name, path) in enumerate(columns.items()):
            for kind, before, after in zip(kinds, page.batch.source[path], page.column(place), strict=True):
                one = Sum(1, _amount(before), after or Decimal(0))
                totals[name, kind] = totals[name, kind].plus(one)
    return dict(totals)


def _amount(value: Any) -> Decimal:
    """A legacy amount; one that the declaration refuses or leaves out counts as nothing."""
    try:
        return Decimal(0) if value is None else money(value)
    except Unfit:
        return Decimal(0)
