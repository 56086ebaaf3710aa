"""An undo in words for a terminal: what it would do, and what it did."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from runs.models import EntityRun, Run
from runs.states import FINISHED, State
from runs.undo_impact import Impact, PartImpact
from runs.undo_words import named

#: Column heading → attribute of a part's impact.
COLUMNS = {"delete": "delete", "restore": "restore", "release": "release", "stay": "keep", "edited": "edited"}

#: Column heading → attribute of a part's entity run.
OUTCOME = {"deleted": "deleted", "restored": "restored", "released": "released", "stayed": "kept"}


def plan_as_dict(plan: Impact) -> dict[str, Any]:
    """The plan as plain data, for --json."""
    return {
        "refusal": plan.refusal,
        "parts": [{**asdict(part), "runs": sorted(part.runs), "needed": part.needed} for part in plan.parts],
        "dependants": [asdict(one) for one in plan.dependants],
    }


def print_plan(stream: TextIO, plan: Impact) -> None:
    """What would be done: a line for each entity that has something to lose, then what needs a decision."""
    console = _console(stream)
    concerned = [part for part in plan.parts if part.rows or part.failures_undone]
    table = _table("What would be taken back", [*COLUMNS])
    for part in concerned:
        name = f"{part.name} (depends on the others)" if part.included else part.name
        table.add_row(name, *(f"{getattr(part, attribute):,}" for attribute in COLUMNS.values()))
    table.add_section()
    table.add_row("total", *(f"{sum(getattr(p, attribute) for p in concerned):,}" for attribute in COLUMNS.values()))
    console.print(table)
    for line in _lines(plan, concerned):
        console.print(line, markup=False, soft_wrap=True)


def _lines(plan: Impact, concerned: list[PartImpact]) -> list[str]:
    lines = []
    for part in concerned:
        if part.edited:
            fate = "go, and what they hold is stored" if plan.scope.take else "stay (--take-edited takes them)"
            ids = named(part.edited_ids[:20], part.edited)
            lines.append(f"{part.edited:,} rows of {part.name} were edited since: they {fate}; {ids}.")
        if part.keep and part.needed:
            lines.append(f"{part.needed:,} rows of {part.name} stay, since rows that stay refer to them.")
        if part.gone:
            lines.append(f"{part.gone:,} rows of {part.name} are not there any more: only their mappings go.")
    if undone := sum(part.failures_undone for part in concerned):
        lines.append(f"{undone:,} failed records will be closed as undone.")
    if reopened := sum(part.failures_reopened for part in concerned):
        lines.append(f"{reopened:,} failed records will be open again, as their rows go.")
    if not concerned:
        lines.append("No row is concerned: only the run's state changes.")
    if plan.refusal:
        lines.append(f"It would be refused. {plan.refusal}")
    return lines


def print_outcome(stream: TextIO, run: Run) -> None:
    """What was done, part by part, and what to do next."""
    console = _console(stream)
    parts = list(run.entity_runs.all())
    table = _table(f"Run {run.pk}", [*OUTCOME, "seconds"])
    for part in parts:
        if part.in_scope or part.state not in FINISHED:
            table.add_row(part.entity, *_numbers(part), f"{part.seconds:,.1f}")
    table.add_section()
    sums = [f"{sum(getattr(part, attribute) for part in parts):,}" for attribute in OUTCOME.values()]
    table.add_row("total", *sums, f"{sum(part.seconds for part in parts):,.1f}")
    console.print(table)
    for part in parts:
        if part.problem:
            console.print(f"{part.entity}: {part.get_state_display()}. {part.problem}", markup=False, soft_wrap=True)
    console.print(_verdict(run), markup=False, soft_wrap=True)


def _numbers(part: EntityRun) -> list[str]:
    return [f"{getattr(part, attribute):,}" for attribute in OUTCOME.values()]


def _verdict(run: Run) -> str:
    what = f"run {run.undoes_id}" if run.undoes_id else ", ".join(run.options["undo"]["parts"])
    if run.state in FINISHED:
        return f"Run {run.pk} {run.get_state_display()}: {what} taken back."
    if run.state == State.UNDO_REFUSED:
        return f"Run {run.pk} refused: {run.problem}"
    return f"Run {run.pk} {run.get_state_display()}: {run.problem} Go on with `manage.py resume_run {run.pk}`."


def _table(title: str, headings: list[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("entity", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _console(stream: TextIO) -> Console:
    return Console(file=stream, highlight=False, width=None if stream.isatty() else 140)
