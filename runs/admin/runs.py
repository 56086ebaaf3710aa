"""Runs: what was ordered, how far it is, and whether every row is accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from catalog.browse import BrowseAdmin
from runs.admin.entity_runs import STATE_LABELS, Panel, duration
from runs.admin.filters import DaysFilter
from runs.admin.links import list_url, may_view
from runs.ledger.models import FailedRecord, Page
from runs.models import Finding, Run
from runs.states import State

#: So many entities are shown in the overview, the most urgent ones if there are more.
FEW = 12
COUNTERS = ["created", "updated", "matched", "unchanged", "failed"]


def elapsed(run: Run) -> str:
    """From the start to the end, or to this moment while somebody is at it; a dash for a run that stopped midway."""
    end = run.finished_at or (timezone.now() if run.state == State.RUNNING else None)
    return duration((end - run.started_at).total_seconds() if end else None)


def flat(values: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested options as lines of name and value."""
    for name, value in sorted(values.items()):
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name} › ")
        else:
            text = ", ".join(map(str, value)) if isinstance(value, list) else "none" if value is None else str(value)
            yield f"{prefix}{name}".replace("_", " "), text


def panels(run: Run) -> list[Panel]:
    return [Panel(entity_run) for entity_run in run.entity_runs.order_by("position")]


@admin.register(Run)
class RunAdmin(BrowseAdmin):
    list_display = ["number", "state_label", "dry", "requested_by", "started_at", "took", "entities", *COUNTERS]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("dry_run", BooleanRadioFilter),
        ("started_at", DaysFilter),
    ]
    change_form_template = "runs/run.html"
    fields = ["number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        sums: dict[str, Any] = {f"sum_{name}": Sum(f"entity_runs__{name}") for name in COUNTERS}
        return super().get_queryset(request).annotate(entity_count=Count("entity_runs"), **sums)

    @display(description="run")
    def number(self, run: Run) -> str:
        return str(run)

    @display(description="state", label={state.label: STATE_LABELS[state] for state in State})
    def state_label(self, run: Run) -> str:
        return State(run.state).label

    @display(description="dry run", label={"dry run": "primary"}, empty_value="")
    def dry(self, run: Run) -> str | None:
        return "dry run" if run.dry_run else None

    @display(description="duration")
    def took(self, run: Run) -> str:
        return elapsed(run)

    @display(description="entities")
    def entities(self, run: Any) -> int:
        return run.entity_count

    @display(description="created")
    def created(self, run: Any) -> str:
        return f"{run.sum_created or 0:,}"

    @display(description="updated")
    def updated(self, run: Any) -> str:
        return f"{run.sum_updated or 0:,}"

    @display(description="matched")
    def matched(self, run: Any) -> str:
        return f"{run.sum_matched or 0:,}"

    @display(description="unchanged")
    def unchanged(self, run: Any) -> str:
        return f"{run.sum_unchanged or 0:,}"

    @display(description="failed")
    def failed(self, run: Any) -> str:
        return f"{run.sum_failed or 0:,}"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        shown = described(request, run) if run else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})


def described(request: HttpRequest, run: Run) -> dict[str, Any]:
    """What the templates of a run need."""
    shown = panels(run)
    urgent = sorted(shown, key=lambda panel: panel.urgency) if len(shown) > FEW else shown
    return {
        "run": run,
        "run_label": STATE_LABELS[State(run.state)],
        "elapsed": elapsed(run),
        "alive": run.state in (State.RUNNING, State.UNDOING),
        "panels": shown,
        "overview": urgent[:FEW],
        "others": urgent[FEW:],
        "others_failed": sum(panel.entity_run.failed > 0 for panel in urgent[FEW:]),
        **_sums(shown),
        "environment_lines": list(flat(run.environment)),
        "option_lines": list(flat(run.options)),
        **_links(request, run),
    }


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
    return {
        name: list_url(model, run=run.pk) if not run.dry_run and may_view(request, model) else ""
        for name, model in models.items()
    }
