"""Runs in words for a terminal: progress while it goes, a table when it is over, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from runs.execution import Watch
from runs.ledger.models import Page
from runs.models import TERMS, EntityRun, Run
from runs.states import FINISHED, State

#: Column heading → attribute of an entity run.
COLUMNS = {
    "in scope": "in_scope",
    "created": "created",
    "updated": "updated",
    "matched": "matched",
    "unchanged": "unchanged",
    "skipped": "skipped",
    "failed": "failed",
}


#: Causes of failures that are printed; the admin has all.
CAUSES = 15


class Bars(Watch):
    """Live bars with rate, time left and failures, one for each entity."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.bars: dict[Any, TaskID] = {}

    def entity_started(self, entity_run: EntityRun, rows: int) -> None:
        done = entity_run.read
        self.bars[entity_run.pk] = self.progress.add_task(
            entity_run.entity, total=rows, completed=done, failed=entity_run.failed
        )

    def page_committed(self, entity_run: EntityRun, page: Page) -> None:
        bar = self.bars[entity_run.pk]
        failed = self.progress.tasks[bar].fields["failed"] + page.failed
        self.progress.update(bar, advance=page.read, failed=failed)

    def entity_ended(self, entity_run: EntityRun) -> None:
        if entity_run.pk in self.bars:
            self.progress.update(self.bars[entity_run.pk], completed=entity_run.read)
            self.progress.stop_task(self.bars[entity_run.pk])


class RateColumn(ProgressColumn):
    """Rows per second, over all of the entity."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f} rows/s")


@contextmanager
def watching(stream: TextIO, show: bool, failures: bool = True) -> Iterator[Watch]:
    """A watch that shows progress on a terminal; elsewhere, or with `show` off, it stays silent.

    `failures`: also how many rows have failed.
    """
    console = Console(file=stream)
    if not show or not console.is_terminal:
        yield Watch()
        return
    columns = (
        TextColumn("{task.description:<20}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        *([TextColumn("{task.fields[failed]:,} failed")] if failures else []),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console) as progress:
        yield Bars(progress)


def as_dict(run: Run) -> dict[str, Any]:
    """A run as plain data, for --json."""
    return {
        "run": run.pk,
        "state": run.state,
        "problem": run.problem,
        "dry_run": run.dry_run,
        "entities": [_entity_dict(e) for e in run.entity_runs.all()],
    }


def _entity_dict(entity_run: EntityRun) -> dict[str, Any]:
    counters = ("total", "in_scope", "out_of_scope", "read", "expanded", *TERMS, "balance", "seconds")
    return {
        "entity": entity_run.entity,
        "state": entity_run.state,
        "problem": entity_run.problem,
        **{name: getattr(entity_run, name) for name in counters},
        **entity_run.summary,
    }


def print_json(stream: TextIO, data: Any) -> None:
    stream.write(json.dumps(data, indent=2, default=str) + "\n")


def print_summary(stream: TextIO, run: Run, notes: Iterable[str] = ()) -> None:
    """The table of a run, what failed in it and why, and what to do next."""
    console = Console(file=stream, highlight=False, width=None if stream.isatty() else 140)
    entity_runs = list(run.entity_runs.all())
    console.print(_table(run, entity_runs))
    lines = [f"note: {note}" for note in notes]
    lines += [run.problem] * (run.state == State.PAUSED and not run.problem.startswith("It was paused"))
    lines += [f"{e.entity}: {e.get_state_display()}. {e.problem}" for e in entity_runs if e.problem]
    lines += causes(entity_runs)
    lines += [finding_line(finding) for e in entity_runs for finding in e.summary.get("findings", [])]
    settled = sum(group["rows"] for e in entity_runs for group in e.summary.get("resolutions", []))
    if settled:
        lines.append(f"{settled:,} values were settled by declared policies; each one is recorded as a resolution.")
    lines += [
        f"{e.entity}: {e.skipped:,} rows changed in the legacy database since they were migrated; they stay as they "
        "are until a differential run."
        for e in entity_runs
        if e.skipped
    ]
    for line in (*lines, _verdict(run, entity_runs)):
        console.print(line, markup=False, soft_wrap=True)


def finding_line(finding: dict[str, Any]) -> str:
    """A finding as `runs.findings.as_dict` gives it: how many rows, how bad, where and what."""
    place = f"{finding['entity']}{'.' if finding['field'] else ''}{finding['field']}"
    sums = f" Expected {finding['expected']}, found {finding['actual']}" if finding["expected"] else ""
    difference = f", a difference of {finding['difference']}." if finding["difference"] else "." if sums else ""
    rows = f" Legacy ids {', '.join(finding['sample'])}." if finding["sample"] else ""
    return (
        f"{finding['rows']:>8,} {finding['severity']}  {place}: {finding['message']}{sums}{difference}{rows} "
        f"[{finding['check']}/{finding['code']}]"
    )


def causes(entity_runs: list[EntityRun]) -> list[str]:
    """The causes of failures, those with most rows first."""
    groups = [(e.entity, group) for e in entity_runs for group in e.summary.get("failures", [])]
    groups.sort(key=lambda pair: -pair[1]["rows"])
    lines = [
        f"{group['rows']:>8,} failed  {entity}{'.' + group['field'] if group['field'] else ''}: {group['message']} "
        f"[{group['stage']}/{group['code']}]"
        for entity, group in groups[:CAUSES]
    ]
    left = groups[CAUSES:]
    if left:
        rows = sum(group["rows"] for _, group in left)
        lines.append(f"{rows:>8,} failed  for {len(left)} rarer causes: the admin lists all of them.")
    return lines


def _table(run: Run, entity_runs: list[EntityRun]) -> Table:
    table = Table(title=f"Run {run.pk}{' (dry run: nothing was kept)' if run.dry_run else ''}", title_justify="left")
    table.add_column("entity", no_wrap=True)
    for heading in (*COLUMNS, "seconds", "rows/s"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("balance", no_wrap=True)
    for entity_run in entity_runs:
        rate = entity_run.read / entity_run.seconds if entity_run.seconds else 0
        numbers = [getattr(entity_run, name) for name in COLUMNS.values()]
        table.add_row(
            entity_run.entity,
            *("" if n is None else f"{n:,}" for n in numbers),
            f"{entity_run.seconds:,.1f}",
            f"{rate:,.0f}",
            balance(entity_run),
        )
    table.add_section()
    sums = [sum(getattr(e, name) or 0 for e in entity_runs) for name in COLUMNS.values()]
    table.add_row("total", *(f"{n:,}" for n in sums), f"{sum(e.seconds for e in entity_runs):,.1f}", "", "")
    return table


def balance(entity_run: EntityRun) -> str:
    if entity_run.state not in FINISHED:
        return entity_run.get_state_display()
    return "✓" if entity_run.balance == 0 else f"off by {entity_run.balance:+,}"


def _verdict(run: Run, entity_runs: list[EntityRun]) -> str:
    arrived = sum(e.created + e.matched for e in entity_runs)
    failed = sum(e.failed for e in entity_runs)
    updated = sum(e.updated for e in entity_runs)
    repaired = f" {updated:,} were repaired," if updated else ""
    words = f"Run {run.pk} {run.get_state_display()}: {arrived:,} rows arrived,{repaired} {failed:,} failed."
    if failed and not run.dry_run:
        words += " The admin lists them under Failed records."
    if not arrived and not updated and not failed and run.state in FINISHED:
        words = f"Run {run.pk} {run.get_state_display()}: nothing to do, everything in scope has been migrated before."
    return words
