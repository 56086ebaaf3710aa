"""Validations in words for a terminal: what was compared, what differs, and what a sample proves."""

from __future__ import annotations

from typing import Any, TextIO

from rich.console import Console

from runs.findings import by_severity
from runs.management.report import finding_line
from runs.models import EntityRun, Run
from runs.sampling import in_words
from runs.states import FINISHED


def as_dict(run: Run) -> dict[str, Any]:
    """A validation as plain data, for --json."""
    entity_runs = list(run.entity_runs.all())
    return {
        "run": run.pk,
        "state": run.state,
        "problem": run.problem,
        "checks": run.options["checks"],
        "sample": run.options["sample"],
        "entities": [_entity_dict(one) for one in entity_runs],
        "findings": _findings(entity_runs),
        "proven": [proof for one in entity_runs for proof in one.summary.get("proven", [])],
    }


def _entity_dict(one: EntityRun) -> dict[str, Any]:
    counters = ("total", "in_scope", "read", "unchanged", "not_reached", "seconds")
    return {
        "entity": one.entity,
        "state": one.state,
        "problem": one.problem,
        **{name: getattr(one, name) for name in counters},
        "rows_per_second": round(_rate(one)),
        "compared": one.summary.get("compared", {}),
        "severities": one.summary.get("severities", {}),
    }


def print_validation(stream: TextIO, run: Run) -> None:
    """A line for each entity, the findings, what a sample proves, and a sentence over all."""
    console = Console(file=stream, highlight=False, width=None if stream.isatty() else 140)
    entity_runs = list(run.entity_runs.all())
    lines = [_line(one) for one in entity_runs]
    lines += [_finding(one) for one in _findings(entity_runs)]
    lines += [in_words(proof) for one in entity_runs for proof in one.summary.get("proven", [])]
    for line in (*lines, _verdict(run, entity_runs)):
        console.print(line, markup=False, soft_wrap=True)


def _findings(entity_runs: list[EntityRun]) -> list[dict[str, Any]]:
    return [finding for one in entity_runs for finding in one.summary.get("findings", [])]


def _finding(finding: dict[str, Any]) -> str:
    excuse = {"waived": " Waived: it does not count.", "acknowledged": " Acknowledged: somebody knows of it."}
    return finding_line(finding) + excuse.get(finding["state"], "")


def _line(one: EntityRun) -> str:
    start = f"{one.entity:<28} {one.read:>10,} rows  {_rate(one):>8,.0f} rows/s  "
    if one.state not in FINISHED:
        return f"{start}{one.get_state_display()}. {one.problem}"
    return start + (_counts(one.summary.get("severities", {})) or "✓ nothing found")


def _rate(one: EntityRun) -> float:
    return one.read / one.seconds if one.seconds else 0.0


def _counts(severities: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {severity}" for severity, number in severities.items())


def _verdict(run: Run, entity_runs: list[EntityRun]) -> str:
    done = [one for one in entity_runs if one.state in FINISHED]
    found = _findings(entity_runs)
    rows, seconds = sum(one.read for one in done), sum(one.seconds for one in entity_runs)
    names = run.options["checks"]
    words = f"Validation {run.pk} {run.get_state_display()}: {len(done):,} of {len(entity_runs):,} entities, "
    words += f"{rows:,} legacy rows{' of a sample' if run.options['sample'] else ''} in {seconds:,.1f} s, "
    words += (
        f"{'checks ' + ', '.join(names) if names else 'all checks'}: {_counts(by_severity(found)) or 'nothing found'}."
    )
    if run.options["sample"]:
        words += f" The same rows again: --seed {run.options['sample']['seed']}."
    return words
