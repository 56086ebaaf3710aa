"""One run in words for a terminal: how far it is, what came of it, what happened to it and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from django.utils import timezone
from rich.console import Console
from rich.table import Table

from runs.admin.entity_runs import OUTCOMES, Panel, duration
from runs.admin.pace import Pace, pace, taken_up
from runs.management.carrying import silence
from runs.management.report import as_dict, balance, causes
from runs.models import EntityRun, Run, RunEvent
from runs.states import ALIVE, FINISHED, State

#: Events of the run as a whole that are printed unless all are asked for.
LATEST = 6

S = State
NEXT = {
    S.REQUESTED: "The process that asked for it is about to begin.",
    S.QUEUED: "It waits for a background worker. `pause_run {run}` takes it out of the queue.",
    S.RUNNING: "`pause_run {run}` stops it after its page, `cancel_run {run}` for good.",
    S.PAUSING: "It stops after its page.",
    S.CANCELLING: "It ends after its page.",
    S.PAUSED: "`resume_run {run}` goes on with it.",
    S.INTERRUPTED: "`resume_run {run}` goes on at its next page; nothing has to be reset.",
    S.BROKEN: "Put right what the problem says, then `resume_run {run}`.",
    S.COMPLETED_WITH_FAILURES: "The admin lists the failed rows by cause, under Failed records.",
}


def print_run(stream: TextIO, run: Run, *, all_events: bool) -> None:
    """All that somebody has to know who is called at night."""
    console = Console(file=stream, highlight=False, width=None if stream.isatty() else 140)
    panels, how_fast, events = _seen(run)
    entity_runs = [panel.entity_run for panel in panels]
    lines = [_headline(run), *([f"Note: {run.note}"] if run.note else []), _progress(run, how_fast)]
    lines += [f"Problem: {run.problem}"] if run.problem else []
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
    console.print(_table(panels))
    lines = [_equation(entity_runs)]
    lines += [f"{e.entity}: {e.get_state_display()}. {e.problem}" for e in entity_runs if e.problem]
    lines += causes(entity_runs)
    shown = events if all_events else [event for event in events if not event.entity][-LATEST:]
    lines += ["", "Events:" if all_events else "Latest events (--events: all):", *map(event_line, shown), ""]
    if step := NEXT.get(State(run.state)):
        lines.append(f"Next: {step.format(run=run.pk)}")
    if run.state == State.QUEUED:
        lines += silence()
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def run_dict(run: Run, *, with_events: bool) -> dict[str, Any]:
    """The same as plain data, for --json."""
    _, how_fast, events = _seen(run)
    told = [
        {
            name: getattr(event, name)
            for name in ("at", "who", "door", "entity", "what", "old_state", "new_state", "why")
        }
        for event in events
    ]
    return as_dict(run) | {
        "kind": run.kind,
        "requested_by": run.requested_by,
        "door": run.door,
        "note": run.note,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "attempts": run.attempts,
        "progress": {
            "rows": how_fast.done,
            "of": how_fast.whole,
            "parts": how_fast.parts_done,
            "of_parts": how_fast.parts,
            "rows_per_second": how_fast.rate,
            "remaining": how_fast.remaining,
        },
        **({"events": told} if with_events else {}),
    }


def event_line(event: RunEvent) -> str:
    """When, who, from which door, what and why."""
    change = f"{event.old_state} → {event.new_state}" if event.new_state else event.what
    part = f"{event.entity}: " if event.entity else ""
    who = f"{event.who} ({event.door})" if event.door else event.who
    return f"  {timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}  {who}  {part}{change}. {event.why}"


def _seen(run: Run) -> tuple[list[Panel], Pace, list[RunEvent]]:
    events = list(run.events.all())
    since = taken_up(events)
    panels = [Panel(one, since.get(one.entity)) for one in run.entity_runs.all()]
    return panels, pace(run, panels), events


def _headline(run: Run) -> str:
    dry = ", a dry run that keeps nothing" if run.dry_run else ""
    door = f" ({run.door})" if run.door else ""
    started = f"{timezone.localtime(run.started_at):%Y-%m-%d %H:%M}"
    end = f", ended {timezone.localtime(run.finished_at):%Y-%m-%d %H:%M}" if run.finished_at else ""
    return (
        f"Run {run.pk}: {run.get_state_display().upper()}. {run.get_kind_display()}{dry}, asked for by "
        f"{run.requested_by}{door}, started {started}{end}."
    )


def _progress(run: Run, how_fast: Pace) -> str:
    rows = f"{how_fast.done:,} of {how_fast.whole:,} rows" if how_fast.whole else f"{how_fast.done:,} rows"
    rows += " that are counted so far" if how_fast.unknown else ""
    left = f", about {how_fast.remaining} left" if run.state in ALIVE and how_fast.remaining else ""
    return (
        f"{rows}, {how_fast.parts_done} of {how_fast.parts} parts, {how_fast.rate:,} rows/s, "
        f"{duration(how_fast.seconds)} of work{left}."
    )


def _table(panels: Sequence[Panel]) -> Table:
    table = Table("part", "state")
    for heading in ("in scope", "done", "failed", "seconds", "rows/s", "left"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("balance")
    for panel in panels:
        one = panel.entity_run
        table.add_row(
            one.entity,
            one.get_state_display(),
            "" if one.in_scope is None else f"{one.in_scope:,}",
            f"{panel.accounted:,}",
            f"{one.failed:,}",
            f"{panel.seconds:,.1f}",
            f"{panel.rate:,}",
            panel.remaining,
            balance(one) if one.state in FINISHED else "",
        )
    return table


def _equation(entity_runs: Sequence[EntityRun]) -> str:
    """Rows in scope = what became of them, over all parts that have been counted."""
    counted = [one for one in entity_runs if one.in_scope is not None]
    if not counted:
        return "No part has been counted yet."
    scope = sum((one.in_scope or 0) + one.expanded for one in counted)
    sums = {words: sum(getattr(one, name) for one in counted) for name, words in OUTCOMES.items()}
    terms = " + ".join(f"{rows:,} {words}" for words, rows in sums.items() if rows) or "0"
    missing = scope - sum(sums.values())
    verdict = "" if not missing else f", and {missing:,} still to come" if missing > 0 else f", {-missing:,} too many"
    return f"{scope:,} rows to account for = {terms}{verdict}."
