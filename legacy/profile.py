"""What the columns of a legacy table are like as a whole: counts, extremes, lengths, frequencies. The server counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.db import connections
from django.db.models import Count, F, Max, Min, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Length

from legacy.dates import read_carefully
from legacy.reader import ALIAS, Selection


class Measure(StrEnum):
    """A number that says something of a column as a whole. NULLs count nowhere."""

    FILLED = "filled"
    DISTINCT = "distinct"
    LEAST = "least"
    GREATEST = "greatest"
    #: Lengths in characters.
    SHORTEST = "shortest"
    LONGEST = "longest"


def rows(selection: Selection, without: Sequence[Any]) -> int:
    """The number of selected rows but those with these keys."""
    return _arrived(selection, without).count()


def measured(selection: Selection, wanted: Sequence[tuple[str, Measure]], without: Sequence[Any]) -> list[Any]:
    """The (path, measure) pairs over the selected rows but those with these keys, in one query."""
    if not wanted:
        return []
    found = _named(selection, [path for path, _ in wanted], without).aggregate(
        **{f"measure_{place}": _aggregate(path, measure) for place, (path, measure) in enumerate(wanted)}
    )
    return [found[f"measure_{place}"] for place in range(len(wanted))]


def frequencies(selection: Selection, path: str, without: Sequence[Any], most: int) -> list[tuple[Any, int]] | None:
    """Each value of a column, NULL too, and its number of rows; None if there are more than `most` values."""
    grouped = _named(selection, [path], without).values(path).annotate(rows_with_it=Count("pk"))
    found = list(grouped.values_list(path, "rows_with_it")[: most + 1])
    return found if len(found) <= most else None


def some(selection: Selection, paths: Sequence[str], without: Sequence[Any], most: int) -> list[tuple[Any, ...]]:
    """Some different values of these columns together."""
    return list(_named(selection, paths, without).values_list(*paths).distinct()[:most])


def _arrived(selection: Selection, without: Sequence[Any]) -> QuerySet[Any]:
    read_carefully(connections[ALIAS])
    found = selection.in_scope()
    return found.exclude(pk__in=without) if without else found


def _named(selection: Selection, paths: Sequence[str], without: Sequence[Any]) -> QuerySet[Any]:
    needed: Mapping[str, Combinable] = {name: selection.annotate[name] for name in paths if name in selection.annotate}
    return _arrived(selection, without).annotate(**needed)


def _aggregate(path: str, measure: Measure) -> Any:
    match measure:
        case Measure.FILLED:
            return Count(F(path))
        case Measure.DISTINCT:
            return Count(F(path), distinct=True)
        case Measure.LEAST:
            return Min(F(path))
        case Measure.GREATEST:
            return Max(F(path))
        case Measure.SHORTEST:
            return Min(Length(F(path)))
        case Measure.LONGEST:
            return Max(Length(F(path)))
