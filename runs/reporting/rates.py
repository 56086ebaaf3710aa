"""The one formula behind every rate of a report."""

from __future__ import annotations

from typing import Any

from runs.inventory import Tally


def rate(part: int, whole: int) -> dict[str, Any]:
    """So many of so many, and the percentage as text with two decimals; None where there is nothing to measure.

    100.00 only if it is all of them. The denominator goes wherever the percentage goes.
    """
    percent = Tally(min(part, whole), whole).rate
    return {"part": part, "whole": whole, "percent": None if percent is None else str(percent)}


def success(arrived: int, waiting: int, whole: int) -> dict[str, Any]:
    """The rows that arrived and wait for nothing, of all rows in scope.

    A row whose reference is still to be filled in has arrived, and is no success.
    """
    return rate(arrived - waiting, whole)
