"""Findings: what validations found wrong, or worth knowing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from catalog.browse import BrowseAdmin
from runs.admin.filters import DaysFilter, EntityFilter, RunFilter
from runs.admin.links import legacy_row, link, may_view, row_url
from runs.models import Finding, Run, Severity
from runs.validation import checks

#: Severity → how the theme colours its label.
SEVERITY_LABELS = {
    Severity.INFO: "info",
    Severity.WARNING: "warning",
    Severity.ERROR: "danger",
    Severity.CRITICAL: "danger",
}
STATE_LABELS = {Finding.State.OPEN: "warning", Finding.State.FIXED: "success"}


class CheckFilter(DropdownFilter):
    """Choices are the checks that there are."""

    title = "check"
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(name, name) for name in checks()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(check_name=self.value()) if self.value() else queryset


@admin.register(Finding)
class FindingAdmin(BrowseAdmin):
    list_display = [
        "what",
        "severity_label",
        "entity",
        "field",
        "check_name",
        "rows",
        "difference",
        "state_label",
        "last_seen",
    ]
    list_filter = [
        ("severity", ChoicesDropdownFilter),
        ("state", ChoicesDropdownFilter),
        ("origin", ChoicesDropdownFilter),
        CheckFilter,
        EntityFilter,
        RunFilter,
        ("last_seen", DaysFilter),
    ]
    fieldsets = [
        ("What was found", {"fields": ["message", "severity_label", "state_label", "origin", "check_name", "code"]}),
        ("Where", {"fields": ["entity", "field", "rows", "some_rows"]}),
        ("Numbers", {"fields": ["expected", "actual", "difference"]}),
        ("When", {"fields": ["first_seen", "last_seen", "run_link"]}),
    ]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found: Any = super().get_object(request, object_id, from_field)
        if found is not None:
            found.viewer = request
        return found

    @display(description="finding")
    def what(self, finding: Finding) -> str:
        return finding.message

    @display(description="severity", label=SEVERITY_LABELS)
    def severity_label(self, finding: Finding) -> str:
        return finding.severity

    @display(description="state", label=STATE_LABELS)
    def state_label(self, finding: Finding) -> str:
        return finding.state

    @display(description="some of the rows, by legacy id")
    def some_rows(self, finding: Any) -> SafeString | str:
        rows = [(_row(finding, name),) for name in finding.sample]
        return format_html_join(", ", "{}", rows) if rows else "–"

    @display(description="found last by")
    def run_link(self, finding: Any) -> SafeString | str:
        if finding.run_id is None:
            return "a validation outside of a run"
        text = f"Run {finding.run_id}"
        return link(row_url(Run, finding.run_id), text) if may_view(finding.viewer, Run) else text


def _row(finding: Any, name: str) -> SafeString | str:
    """A row of the target that came from no legacy row is named by its UUID."""
    return name if name.startswith("target:") else legacy_row(finding.viewer, finding.entity, name)
