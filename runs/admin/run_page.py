"""The page of a run, ready for its templates: how far it is, its parts, its events and what can be done to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from runs.admin.entity_runs import STATE_LABELS, Panel, duration
from runs.admin.links import list_url, may_view, row_url
from runs.admin.pace import pace, taken_up
from runs.admin.run_actions import UNDO, buttons, settle
from runs.ledger.models import FailedRecord, Page
from runs.models import Finding, Run, RunEvent
from runs.states import ALIVE, UNDOABLE, State

#: So many entities are shown in the overview, the most urgent ones if there are more.
FEW = 12
#: So many of its events are shown at once.
LATEST = 6
#: The page of a run in such a state refreshes itself.
MOVING = (State.QUEUED, *ALIVE, State.UNDOING)
#: A worker takes up a queued run within a second or two, if there is one and it is free.
PATIENCE = timedelta(seconds=10)


def elapsed(run: Run) -> str:
    """From the start to the end, or to this moment while somebody is at it; a dash for a run that stopped midway."""
    end = run.finished_at or (timezone.now() if run.state in ALIVE else None)
    return duration((end - run.started_at).total_seconds() if end else None)


def flat(values: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested options as lines of name and value. Long lists of ids are counted."""
    for name, value in sorted(values.items()):
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name} › ")
        else:
            yield f"{prefix}{name}".replace("_", " "), _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) if len(value) <= FEW else f"{len(value):,} of them"
    return "none" if value is None else str(value)


def summary(run: Run) -> dict[str, Any]:
    """What the dashboard shows of a run: its state and its most urgent entities."""
    settle(run)
    events = list(run.events.all())
    since = taken_up(events)
    shown = [Panel(one, since.get(one.entity)) for one in run.entity_runs.order_by("position")]
    urgent = sorted(shown, key=lambda panel: panel.urgency) if len(shown) > FEW else shown
    return {
        "run": run,
        "run_url": row_url(Run, run.pk),
        "run_label": STATE_LABELS[State(run.state)],
        "elapsed": elapsed(run),
        "alive": run.state in MOVING,
        "waiting": waiting(run, events),
        "pace": pace(run, shown),
        "panels": shown,
        "overview": urgent[:FEW],
        "others": urgent[FEW:],
        "others_failed": sum(panel.entity_run.failed > 0 for panel in urgent[FEW:]),
        "happened": events,
    }


def described(request: HttpRequest, run: Run) -> dict[str, Any]:
    """What the page of a run shows."""
    found = summary(run)
    told = [_told(event) for event in reversed(found["happened"])]
    of_run = [one for one in told if not one[0].entity]
    return {
        **found,
        "events": of_run[:LATEST],
        "older_events": of_run[LATEST:],
        "part_events": [one for one in told if one[0].entity],
        **_sums(found["panels"]),
        "environment_lines": list(flat(run.environment)),
        "option_lines": list(flat(run.options)),
        "buttons": buttons(request, run),
        "undos": run.undos.all(),
        **_links(request, run),
    }


def _told(event: RunEvent) -> tuple[RunEvent, str, str]:
    """The event, and the old and the new state in words."""
    old, new = (State(state).label if state else "" for state in (event.old_state, event.new_state))
    return event, old, new


def waiting(run: Run, events: list[RunEvent]) -> str:
    """How long a queued run has waited for a worker, if so long that somebody should see to it."""
    queued = [event.at for event in events if event.new_state == State.QUEUED and not event.entity]
    since = timezone.now() - (queued[-1] if queued else run.started_at)
    return duration(since.total_seconds()) if run.state == State.QUEUED and since > PATIENCE else ""


def _sums(shown: list[Panel]) -> dict[str, Any]:
    counted = [panel for panel in shown if panel.whole is not None]
    return {
        "whole": sum(panel.whole or 0 for panel in counted),
        "migrated": sum(panel.migrated for panel in shown),
        "failed": sum(panel.entity_run.failed for panel in shown),
        "fine": sum(not panel.notable for panel in shown),
        "balanced": sum(panel.verdict[0] == "good" for panel in shown),
    }


def _links(request: HttpRequest, run: Run) -> dict[str, str]:
    """To what the run left in the ledger; a dry run left nothing there."""
    models = {"failed_url": FailedRecord, "pages_url": Page, "findings_url": Finding}
    links = {
        name: list_url(model, run=run.pk) if not run.dry_run and may_view(request, model) else ""
        for name, model in models.items()
    }
    may_undo = request.user.has_perm(UNDO) and run.kind in (Run.Kind.MIGRATION, Run.Kind.RETRY)
    undoable = may_undo and run.state in UNDOABLE and not run.dry_run
    return links | {
        "progress_url": reverse("admin:runs_run_progress", args=[run.pk]),
        "undo_url": f"{reverse('admin:runs_run_undo')}?run={run.pk}" if undoable else "",
    }
