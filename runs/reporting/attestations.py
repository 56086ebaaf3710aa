"""The sections about proof: findings, coverage, corrections, sign-offs, who did what, and on which databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runs.models import Severity
from runs.reporting.layout import Cell, Section, percent, place
from runs.reporting.moments import words

Figures = dict[str, Any]


def sections(figures: Figures) -> Iterator[Section]:
    yield _findings(figures)
    yield _coverage(figures)
    yield _corrections(figures)
    yield _sign_offs(figures)
    yield _runs(figures)
    yield _events(figures)
    if figures["decisions"]:
        rows = [[one["who"], one["action"], one["entity"], one["records"]] for one in figures["decisions"]]
        headings = ["who", "what", "entity", "failed records"]
        yield Section("decisions", "What people did about failed records", headings, rows)
    yield _surroundings(figures)


def _findings(figures: Figures) -> Section:
    found = figures["findings"]
    headings = ["severity", "entity and field", "check", "rows", "finding", "figures", "origin", "state"]
    headings += ["seen last"]
    rows: list[list[Cell]] = [
        [
            one["severity"],
            place(one["entity"], one["field"]),
            f"{one['check']}/{one['code']}",
            one["rows"],
            one["message"],
            _compared(one),
            one["origin"],
            _handled(one),
            one["last_seen"][:10],
        ]
        for one in found["list"]
    ]
    counted = ", ".join(severities(figures))
    notes = [
        f"Standing findings: {counted or 'none'}. Inherited: the legacy data is so already. Introduced: it came about "
        "on the way, or in the target.",
    ]
    none = "Nothing stands. That is worth as much as the validations that ran: `manage.py validate_entity --all`."
    return Section("findings", "Findings", headings, rows, notes, none, wide=frozenset({"finding", "figures"}))


def severities(figures: Figures) -> list[str]:
    """How many findings there are of each severity, the worst first."""
    found = figures["findings"]["severities"]
    return [f"{found[severity]:,} {severity}" for severity in reversed(Severity.values) if found[severity]]


def _compared(one: Figures) -> str:
    """Both sides in figures, where the finding has any."""
    sides = {"expected": one["expected"], "found": one["actual"], "difference": one["difference"]}
    return ", ".join(f"{name} {figure}" for name, figure in sides.items() if figure)


def _handled(one: Figures) -> str:
    by = f" by {one['handled_by']}: {one['reason']}" if one["handled_by"] else ""
    return f"{one['state']}{' until ' + one['waived_until'] if one['waived_until'] else ''}{by}"


def _coverage(figures: Figures) -> Section:
    found = figures["coverage"]
    headings = ["domain", "legacy columns", "read by an entity", "left behind with a reason", "unexplained"]
    rows: list[list[Cell]] = [
        [one["domain"], one["columns"], percent(one["read"]), one["left_behind"], one["unexplained"]]
        for one in found["domains"]
    ]
    counted = words(found["snapshot"]) if found["snapshot"] else "not yet"
    notes = [f"As declared at this moment. Values that are left behind were counted: {counted}."]
    return Section("coverage", "Coverage", headings, rows, [*notes, *found["findings"]])


def _corrections(figures: Figures) -> Section:
    headings = ["", "rows", "column", "reason", "author", "made", "values settled", "revoked"]
    rows: list[list[Cell]] = [
        [
            one["number"],
            f"{one['entity']} {one['legacy_id'] or '(all rows)'}",
            one["column"],
            one["reason"],
            one["author"],
            words(one["made_at"]),
            one["applied"],
            f"{words(one['revoked_at'])} by {one['revoked_by']}" if one["revoked_at"] else "",
        ]
        for one in figures["corrections"]
    ]
    return Section("corrections", "Corrections", headings, rows, wide=frozenset({"reason"}))


def _sign_offs(figures: Figures) -> Section:
    found = figures["sign_offs"]
    signed = [one for one in found if one["state"] != "missing"]
    headings = ["entity", "role", "state", "who", "when", "note", "digest of the totals", "what changed since"]
    rows: list[list[Cell]] = [
        [
            one["entity"],
            one["role"],
            one["state"],
            one["who"],
            words(one["at"]),
            one["note"],
            one["digest"][:16],
            "; ".join(one["changes"]),
        ]
        for one in signed
    ]
    note = (
        f"{sum(one['state'] == 'signed' for one in found):,} of {len(found):,} signatures stand, "
        f"{sum(one['state'] == 'stale' for one in found):,} are stale: the totals are others than those accepted."
    )
    wide = frozenset({"what changed since", "note"})
    return Section("sign_offs", "Sign-offs", headings, rows, [note], "Nobody has signed yet.", wide=wide)


def _runs(figures: Figures) -> Section:
    headings = [
        "run",
        "kind",
        "state",
        "asked for by",
        "through",
        "started",
        "finished",
        "seconds",
        "parameters",
        "note",
    ]
    rows: list[list[Cell]] = [
        [
            one["run"],
            one["kind"],
            f"{one['state']}. {one['problem']}" if one["problem"] else one["state"],
            one["requested_by"],
            one["door"],
            words(one["started_at"]),
            words(one["finished_at"]),
            one["seconds"],
            ", ".join(f"{name} {value}" for name, value in sorted(one["options"].items()) if value is not None),
            one["note"],
        ]
        for one in figures["runs"]
    ]
    return Section("runs", "Runs", headings, rows, wide=frozenset({"state", "parameters", "note"}))


def _events(figures: Figures) -> Section:
    headings = ["when", "run", "entity", "who", "through", "what", "from", "to", "why"]
    rows: list[list[Cell]] = [
        [
            words(one["at"]),
            one["run"],
            one["entity"],
            one["who"],
            one["door"],
            one["what"],
            one["from"].replace("_", " "),
            one["to"].replace("_", " "),
            one["why"],
        ]
        for one in figures["events"]
    ]
    return Section("events", "Who did what, and when", headings, rows, wide=frozenset({"why"}))


def _surroundings(figures: Figures) -> Section:
    found = figures["surroundings"]
    here, then = dict(_flat(found["here"])), dict(_flat(found["at_run"] or {}))
    names = dict.fromkeys([*then, *here])
    if not found["at_run"]:
        rows: list[list[Cell]] = [[name, here[name]] for name in names]
        return Section("surroundings", "Databases, schemas and code", ["", "at this moment"], rows)
    rows = [
        [name, then.get(name, ""), "the same" if then.get(name) == here.get(name) else here.get(name, "")]
        for name in names
    ]
    headings = ["", "when the run began", "at this moment"]
    return Section("surroundings", "Databases, schemas and code", headings, rows)


def _flat(data: Figures, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in sorted(data.items()):
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}, ")
        else:
            yield f"{prefix}{name}".replace("_", " "), str(value)
