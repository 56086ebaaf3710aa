"""The figures of a report as tables, in the order in which one reads."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from runs.reporting import arrivals, attestations
from runs.reporting.layout import Section, percent, shown

Figures = dict[str, Any]


class Fact(NamedTuple):
    """One of the numbers to look at first; `kind` is "good", "bad" or nothing."""

    name: str
    value: str
    note: str
    kind: str = ""


def facts(figures: Figures) -> list[Fact]:
    """What a reader in a hurry has to know."""
    total, terms = figures["total"], figures["total"]["terms"]
    success, money = total["success"], figures["money"]
    apart = [one for one in money if Decimal(one["difference"])]
    empty = sum(one["nulled"] for one in figures["references"])
    found = figures["findings"]
    signed = [one["state"] for one in figures["sign_offs"]]
    rate = f"{success['percent']} %" if success["percent"] else "–"
    counted = attestations.severities(figures)
    return [
        Fact(
            arrivals.measure(figures)[0].capitalize(),
            rate,
            f"{success['part']:,} of {success['whole']:,} rows in scope",
        ),
        Fact("Failed", shown(terms.get("failed", 0)), "rows in scope that did not arrive", _kind(terms.get("failed"))),
        Fact("Waiting", shown(total["waiting"]), "arrived, with a reference to come", _kind(total["waiting"])),
        Fact("References left empty", shown(empty), "by a declared policy, each recorded"),
        Fact(
            "Money", f"{len(apart)} differ", f"of {len(money)} columns, compared to the cent", _kind(len(apart), True)
        ),
        Fact(
            "Findings", f"{found['failing']:,} to act on", ", ".join(counted) or "none stand", _kind(found["failing"])
        ),
        Fact(
            "Signed",
            f"{signed.count('signed')} of {len(signed)}",
            f"{signed.count('stale')} stale",
            "bad" if "stale" in signed else "",
        ),
    ]


def sections(figures: Figures) -> Iterator[Section]:
    yield from arrivals.sections(figures)
    yield from attestations.sections(figures)


def subtitle(figures: Figures) -> str:
    """A sentence under the title."""
    scope, success = figures["scope"], figures["total"]["success"]
    what = f"A {scope['kind']}, {scope['state']}. " if scope["run"] else ""
    return f"{what}{figures['total']['entities']:,} entities, {percent(success)} rows in scope."


def _kind(number: int | None, praise: bool = False) -> str:
    return "bad" if number else "good" if praise else ""
