"""The sections about rows: what was in scope, what arrived, what did not and why, references and money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from runs.reporting.layout import Cell, Section, percent, place, shown, used

Figures = dict[str, Any]

#: Kind of run → what its rate is called, and how it is made. Reports about no run are like those about a migration.
MEASURES = {
    "validation": (
        "compared",
        "Rate = rows compared ÷ rows in scope. Whether they were right is what the findings say.",
    ),
    "undo": ("taken back", "Rate = (deleted + restored + released) ÷ rows of the target that the undo was about."),
}
SUCCESS = (
    "A success is a row that arrived and waits for nothing: rate = (arrived − waiting) ÷ rows in scope, for every rate "
    "here. Failed, dismissed and untried rows are no successes, nor is a row whose reference is still to be filled in."
)
ONCE = "Rows of repairs are rows of entities already, and are added to no sum."
NEVER_ADDED = (
    "One line for each money column. Nothing is added across columns or tables: the same money stands in several of "
    "them, and a sum over them would count each amount more than once. No currency is recorded in the legacy database."
)
AS_IT_STANDS = (
    "Counted over all rows of these entities that are in the target at this moment, not only those of the run."
)


def measure(figures: Figures) -> tuple[str, str]:
    """What the rate of the report is called, and how it is made."""
    return MEASURES.get(figures["scope"]["kind"] or "", ("success", SUCCESS))


def sections(figures: Figures) -> Iterator[Section]:
    yield _domains(figures)
    yield _lines(figures, "entities", "Entities", "entity")
    if figures["repairs"]:
        yield _lines(figures, "repairs", "Repairs", "entity", ONCE)
    yield _scripts(figures)
    yield _failures(figures)
    if figures["failures"]:
        yield _remedies(figures)
    if figures["dismissed"]:
        rows = [[place(one["entity"], one["field"]), one["cause"], one["rows"]] for one in figures["dismissed"]]
        yield Section("dismissed", "Dismissed", ["entity and field", "cause", "rows"], rows)
    yield _resolutions(figures)
    yield _references(figures)
    yield _money(figures)


def _domains(figures: Figures) -> Section:
    return _lines(figures, "domains", "Domains", "domain", measure(figures)[1])


def _lines(figures: Figures, key: str, title: str, named: str, note: str = "") -> Section:
    lines: list[Figures] = figures[key]
    terms = used(line["terms"] for line in lines)
    waiting = any(line["waiting"] for line in lines)
    outside = any(line.get("out_of_scope") for line in lines)
    state = any("state" in line for line in lines)

    def row(name: str, line: Figures) -> list[Cell]:
        cells: list[Cell] = [name]
        if named == "entity":
            cells += [line.get("domain", ""), line.get("script")]
        cells += [line["whole"], *(line["terms"].get(term, 0) for term in terms)]
        cells += [line["waiting"]] if waiting else []
        cells += [percent(line["success"])]
        cells += [line.get("out_of_scope")] if outside else []
        return [*cells, line.get("state", "")] if state else cells

    headings = [named, *(["domain", "script"] if named == "entity" else []), "in scope", *terms]
    headings += [*(["waiting"] if waiting else []), measure(figures)[0]]
    headings += [*(["out of scope"] if outside else []), *(["state"] if state else [])]
    rows = [row(line[named], line) for line in lines]
    total = key != "repairs" and len(lines) > 1
    if total:
        rows.append(row("all", figures["total"]))
    return Section(key, title, headings, rows, [note] if note else [], sums=int(total))


def _scripts(figures: Figures) -> Section:
    headings = ["", "script", "recorded by the original", "recorded rate", "in scope", "arrived", "success"]
    rows: list[list[Cell]] = []
    for one in figures["scripts"]:
        recorded, arrived = one["recorded"], one["success"]["part"] + one["waiting"]
        of = f"{shown(recorded['part'])} of {shown(recorded['whole'])}" if recorded["part"] is not None else None
        rate = f"{recorded['percent']} %" if recorded["percent"] else None
        rows.append([one["number"], one["title"], of, rate, one["whole"], arrived, percent(one["success"])])
    notes = [
        "What the original scripts wrote down, beside the rows of the same entities here, measured by one formula."
    ]
    notes += [f"Script {one['number']}: {one['note']}" for one in figures["scripts"] if one["note"]]
    return Section("scripts", "Scripts", headings, rows, notes)


def _failures(figures: Figures) -> Section:
    headings = ["rows", "entity and field", "cause", "code", "share of all failures", "parents gone"]
    rows: list[list[Cell]] = [
        [
            one["rows"],
            place(one["entity"], one["field"]),
            one["cause"],
            f"{one['stage']}/{one['code']}{', ' if one['constraint'] else ''}{one['constraint']}",
            percent(one["share"]),
            one["inherited"],
        ]
        for one in figures["failures"]
    ]
    notes = ["Parents gone: so many of these rows refer to what the legacy database does not have either."]
    if figures["scope"]["run"]:
        notes.insert(0, "Each row that failed in this run, whatever became of it later.")
    return Section("failures", "What did not arrive, and why", headings, rows, notes)


def _remedies(figures: Figures) -> Section:
    """Each cause once, with all of its rows."""
    totals: Counter[str] = Counter()
    advice = {}
    for one in figures["failures"]:
        totals[one["cause"]] += one["rows"]
        advice[one["cause"]] = one["advice"]
    rows: list[list[Cell]] = [[cause, number, advice[cause]] for cause, number in totals.most_common()]
    return Section("remedies", "What helps", ["cause", "rows", "what to do"], rows, wide=frozenset({"what to do"}))


def _resolutions(figures: Figures) -> Section:
    rows: list[list[Cell]] = [
        [one["values"], f"{one['entity']}.{one['field']}", one["rule"].replace("_", " ")]
        for one in figures["resolutions"]
    ]
    note = "Each of these is recorded with its row as a resolution; the row itself arrived."
    headings = ["values", "entity and field", "policy and reason"]
    return Section("resolutions", "What policies and corrections settled", headings, rows, [note])


def _references(figures: Figures) -> Section:
    headings = ["reference", "to", "resolved", "rate", "left empty", "waiting", "failed", "broken already"]
    rows: list[list[Cell]] = [
        [
            f"{one['entity']}.{one['field']}",
            one["to"],
            one["resolved"]["part"],
            percent(one["resolved"]),
            one["nulled"],
            one["pending"],
            one["failed"],
            one["broken"],
        ]
        for one in figures["references"]
    ]
    notes = [
        "Of the legacy keys that refer to something: resolved, left empty by a declared policy, waiting for their "
        "parent, or the row failed for want of it. Broken already: so many of the last three lead to no row of the "
        "legacy database. That each resolved key leads to the right row is what the findings tell.",
        *([AS_IT_STANDS] if figures["scope"]["run"] else []),
    ]
    return Section("references", "References", headings, rows, notes)


def _money(figures: Figures) -> Section:
    headings = ["legacy column", "target column", "rows", "legacy, in scope", "legacy, arrived", "target"]
    headings += ["difference", "not arrived", "the same money as"]
    rows: list[list[Cell]] = [
        [
            one["column"],
            f"{one['entity']}.{one['field']}",
            one["rows"],
            *(Decimal(one[name]) for name in ("in_scope", "arrived", "target", "difference", "behind")),
            ", ".join(one["told_again"]),
        ]
        for one in figures["money"]
    ]
    notes = [NEVER_ADDED, *([AS_IT_STANDS] if figures["scope"]["run"] else [])]
    return Section("money", "Money on both sides", headings, rows, notes, wide=frozenset({"the same money as"}))
