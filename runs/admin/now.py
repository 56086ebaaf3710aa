"""What goes on just now and what needs somebody: the first part of the dashboard."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from runs.admin.entity_runs import STATE_LABELS
from runs.admin.links import list_url, may_view, row_url
from runs.admin.run_actions import OPERATE
from runs.admin.run_page import MOVING, summary
from runs.models import FAILING, Finding, Run
from runs.states import State

#: Runs that wait for a decision: to be resumed, or given up.
STOPPED = (State.PAUSED, State.INTERRUPTED, State.BROKEN)
#: So many of them are named.
NAMED = 5


class Stopped(NamedTuple):
    """A run that somebody has to decide about."""

    run: Run
    label: str
    url: str


def now(request: HttpRequest) -> dict[str, Any]:
    """The runs that are under way, those that need somebody, and the newest one with its entities."""
    newest = Run.objects.first()
    shown = summary(newest) if newest else {}
    others = Run.objects.filter(state__in=MOVING).exclude(pk=newest.pk if newest else 0)
    moving = [*([shown] if shown.get("alive") else []), *(one for run in others if (one := summary(run))["alive"])]
    stopped = [Stopped(run, STATE_LABELS[State(run.state)], row_url(Run, run.pk)) for run in _stopped()]
    return {
        **shown,
        "under_way": moving,
        "stopped": stopped[:NAMED],
        "more_stopped": len(stopped) - NAMED if len(stopped) > NAMED else 0,
        "runs_url": list_url(Run),
        "findings": _findings(request),
        "findings_url": list_url(Finding, state__exact=Finding.State.OPEN),
        "start_url": reverse("admin:runs_run_start") if request.user.has_perm(OPERATE) else "",
        "now_url": reverse("admin:runs_run_now"),
    }


def _stopped() -> list[Run]:
    """Not the dry runs, of which nothing is kept."""
    return list(Run.objects.filter(state__in=STOPPED, dry_run=False))


def _findings(request: HttpRequest) -> int:
    """Open findings that are errors or worse."""
    if not may_view(request, Finding):
        return 0
    return Finding.objects.filter(state=Finding.State.OPEN, severity__in=FAILING).count()
