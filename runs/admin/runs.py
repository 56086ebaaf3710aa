"""Runs: what was ordered, how far it is, and whether every row is accounted for."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from catalog.browse import BrowseAdmin
from runs.admin.entity_runs import STATE_LABELS
from runs.admin.filters import DaysFilter
from runs.admin.run_page import described, elapsed
from runs.admin.run_urls import run_urls
from runs.models import Run
from runs.states import State

COUNTERS = ["created", "updated", "matched", "unchanged", "failed"]


@admin.register(Run)
class RunAdmin(BrowseAdmin):
    list_display = [
        *("number", "kind_label", "state_label", "who", "started_at", "took"),
        *COUNTERS,
    ]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("dry_run", BooleanRadioFilter),
        ("started_at", DaysFilter),
    ]
    change_form_template = "runs/run.html"
    change_list_template = "runs/run_list.html"
    fields = ["number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        sums: dict[str, Any] = {f"sum_{name}": Sum(f"entity_runs__{name}") for name in COUNTERS}
        return super().get_queryset(request).annotate(**sums)

    @display(description="run")
    def number(self, run: Run) -> str:
        return str(run)

    @display(description="kind")
    def kind_label(self, run: Run) -> str:
        return f"{run.get_kind_display().lower()}{', dry run' if run.dry_run else ''}"

    @display(description="state", label={state.label: STATE_LABELS[state] for state in State})
    def state_label(self, run: Run) -> str:
        return State(run.state).label

    @display(description="by")
    def who(self, run: Run) -> str:
        return run.requested_by

    @display(description="duration")
    def took(self, run: Run) -> str:
        return elapsed(run)

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

    def get_urls(self) -> list[URLPattern]:
        return [*run_urls(self.admin_site), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        shown = described(request, run) if run else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})
