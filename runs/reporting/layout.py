"""Tables as every format of a report shows them, and how their cells read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

NONE = "–"
MINUS = "\N{MINUS SIGN}"
#: What becomes of rows: first those that are where they belong, then the others.
TERMS = (
    *(
        "arrived",
        "created",
        "updated",
        "matched",
        "unchanged",
        "repaired",
        "compared",
        "deleted",
        "restored",
        "released",
    ),
    *("skipped", "kept", "failed", "dismissed", "not reached", "not yet", "not accounted for"),
)
#: Told even if there are none.
ALWAYS = ("arrived", "failed")

#: A text, a number of rows, an amount of money, or nothing.
Cell = str | int | Decimal | None


@dataclass(frozen=True)
class Section:
    """A titled table. `notes` say what to know before reading it; `none` stands in for a table without rows."""

    key: str
    title: str
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    notes: Sequence[str] = ()
    none: str = "Nothing."
    #: So many of the last rows are sums.
    sums: int = 0
    #: Headings of columns that hold long text.
    wide: frozenset[str] = field(default=frozenset())

    @property
    def numeric(self) -> set[int]:
        """The places of the columns that are aligned to the right."""
        return {
            place
            for place in range(len(self.headings))
            if any(isinstance(row[place], int | Decimal) or _rate(row[place]) for row in self.rows)
        }


def shown(cell: Cell) -> str:
    """A cell in words: thousands are set apart, and nothing is a dash."""
    if cell is None or cell == "":
        return NONE
    if isinstance(cell, int):
        return f"{cell:,}".replace("-", MINUS)
    if isinstance(cell, Decimal):
        return f"{cell:,f}".replace("-", MINUS)
    return cell


def percent(rate: dict[str, Any]) -> str:
    """A rate beside its denominator, such as "99.05 % of 23,272"."""
    return f"{rate['percent']} % of {rate['whole']:,}" if rate["percent"] is not None else "no rows"


def place(entity: str, name: str) -> str:
    return f"{entity}.{name}" if name else entity


def used(terms: Iterable[dict[str, int]]) -> list[str]:
    """The names of those terms that are not 0 everywhere, and of what failed, in the order in which one reads."""
    found = list(terms)
    there = {name for one in found for name in one}
    return [name for name in TERMS if name in there and (name in ALWAYS or any(one.get(name) for one in found))]


def _rate(cell: Cell) -> bool:
    return isinstance(cell, str) and (" % of " in cell or cell == "no rows")
