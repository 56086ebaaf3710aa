"""The page of one script, ready for its template: entities, runs, rates, causes of failures, dependencies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import DatabaseError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.declare import Spec
from catalog.models import DataDomain, MigrationScript
from catalog.work import reads
from runs.admin.entity_runs import STATE_LABELS
from runs.admin.links import list_url, may_view, row_url
from runs.causes import cause
from runs.inventory import MEANING, Part, Progress, Status, Tally, own_name, progress
from runs.ledger.models import FailedRecord, Mapping
from runs.models import EntityRun, Run

#: Status → how the theme colours its label.
STATUS_LABELS = {
    Status.NOT_STARTED: "",
    Status.RUNNING: "info",
    Status.INCOMPLETE: "warning",
    Status.COMPLETE: "success",
    Status.COMPLETE_WITH_FAILURES: "warning",
    Status.ROLLED_BACK: "primary",
    Status.VALIDATION_FAILED: "danger",
}
RUNS_SHOWN = 12


@dataclass(frozen=True)
class Line:
    """An entity of a script; urls are empty where the reader may not look."""

    part: Part
    source: str
    target: str
    source_url: str
    target_url: str
    mappings_url: str
    failed_url: str
    run_url: str

    @property
    def label(self) -> str:
        return STATUS_LABELS[self.part.status]


@dataclass(frozen=True)
class Neighbour:
    """A script that this one builds on, or that builds on it."""

    progress: Progress
    url: str

    @property
    def label(self) -> str:
        return STATUS_LABELS[self.progress.status]


def figure(rate: Decimal | None, rows: str) -> SafeString | str:
    """A rate and its rows; the rows alone where there is no rate, a dash where there is neither."""
    if rate is None:
        return rows or "–"
    return format_html('<span class="m-figure"><b>{} %</b> <small>{}</small></span>', rate, rows)


def ours(tally: Tally | None) -> SafeString | str:
    if tally is None:
        return "–"
    return figure(tally.rate, f"{tally.migrated:,} of {tally.whole:,}") if tally.whole else "no rows"


def recorded(script: MigrationScript) -> SafeString | str:
    """What the original recorded, in its own completeness: it does not always say of how many."""
    migrated, total = script.recorded_migrated, script.recorded_total
    rows = "" if migrated is None else f"{migrated:,}" if total is None else f"{migrated:,} of {total:,}"
    return figure(script.recorded_rate, rows)


def comparison(found: Progress) -> tuple[str, str]:
    """(kind, words) of our rate against the recorded one: kind is "good", "bad" or "open"."""
    theirs, rate = found.script.recorded_rate, found.tally.rate if found.tally else None
    if theirs is None or rate is None:
        return "open", "–"
    points = rate - theirs
    return ("bad" if points < 0 else "good"), f"{points:+} percentage points".replace("-", "\N{MINUS SIGN}")


def described(request: HttpRequest, script: MigrationScript) -> dict[str, Any]:
    """What the template of a script needs."""
    found = progress([script])[0]
    names = [part.name for part in found.parts]
    return {
        "script": script,
        "domain_url": row_url(DataDomain, script.domain_id) if may_view(request, DataDomain) else "",
        "found": found,
        "status_label": STATUS_LABELS[found.status],
        "meaning": MEANING[found.status],
        "recorded": recorded(script),
        "ours": ours(found.tally),
        "measured": sum(part.tally is not None for part in found.parts),
        "comparison": comparison(found),
        "runs_are_called": "" if found.entities else own_name(script),
        "lines": [_line(request, part, spec) for part in found.parts if part.spec for spec in reads(part.spec)],
        "runs": _runs(request, names),
        "needs": _neighbours(script.depends_on.all()),
        "needed_by": _neighbours(script.needed_by.all()),
        **_failures(request, names),
    }


def _line(request: HttpRequest, part: Part, spec: Spec) -> Line:
    latest = part.latest if may_view(request, Run) else None
    return Line(
        part=part,
        source=spec.source._meta.db_table,
        target=spec.target._meta.db_table,
        source_url=list_url(spec.source) if may_view(request, spec.source) else "",
        target_url=list_url(spec.target) if may_view(request, spec.target) else "",
        mappings_url=list_url(Mapping, entity=part.name) if may_view(request, Mapping) else "",
        failed_url=list_url(FailedRecord, entity=part.name, state__exact=FailedRecord.State.OPEN)
        if may_view(request, FailedRecord)
        else "",
        run_url=row_url(Run, latest.run_id) if latest else "",
    )


def _runs(request: HttpRequest, names: list[str]) -> list[dict[str, Any]]:
    """The newest runs, dry ones too, as those are marked."""
    newest: QuerySet[EntityRun] = EntityRun.objects.filter(entity__in=names).select_related("run")
    may = may_view(request, Run)
    return [
        {
            "entity_run": one,
            "label": STATE_LABELS.get(one.state, ""),  # type: ignore[call-overload]
            "url": row_url(Run, one.run_id) if may else "",
        }
        for one in newest.order_by("-run_id", "position")[:RUNS_SHOWN]
    ]


def _neighbours(scripts: QuerySet[MigrationScript]) -> list[Neighbour]:
    return [Neighbour(one, row_url(MigrationScript, one.script.pk)) for one in progress(scripts)]


def open_failures(names: list[str]) -> list[dict[str, Any]]:
    """The open failed records of these entities by cause, most rows first.

    Raises `DatabaseError` if the target database does not answer.
    """
    found = FailedRecord.objects.filter(state=FailedRecord.State.OPEN, entity__in=names)
    groups = found.values("entity", "stage", "code", "field", "constraint", "fingerprint").annotate(rows=Count("pk"))
    return [dict(group) for group in groups.order_by("-rows", "entity", "fingerprint")]


def _failures(request: HttpRequest, names: list[str]) -> dict[str, Any]:
    if not may_view(request, FailedRecord):
        return {"failures_hidden": True}
    try:
        groups = open_failures(names)
    except DatabaseError:
        return {"failures_unknown": True}
    state = FailedRecord.State.OPEN
    return {
        "failures": [
            {
                **group,
                "cause": cause(group["stage"], group["code"]),
                "url": list_url(FailedRecord, state__exact=state, fingerprint=group["fingerprint"]),
            }
            for group in groups
        ]
    }
