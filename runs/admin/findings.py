"""Findings: what validations found wrong, or worth knowing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from import_export import resources
from import_export.formats.base_formats import CSV, JSON, XLSX
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import display

from catalog.browse import BrowseAdmin
from runs.admin import finding_actions
from runs.admin.exports import ExportsSelection
from runs.admin.filters import DaysFilter, EntityFilter, RunFilter
from runs.admin.links import legacy_row, link, list_url, may_view, row_url, target_row
from runs.ledger.models import FailedRecord, Mapping
from runs.models import Finding, Run, Severity
from runs.sheets import harmless
from runs.validation import checks

#: What stands before the UUID of a row of the target that came from no legacy row.
TARGET = "target:"

#: Severity → how the theme colours its label.
SEVERITY_LABELS = {
    Severity.INFO: "info",
    Severity.WARNING: "warning",
    Severity.ERROR: "danger",
    Severity.CRITICAL: "danger",
}
STATE_LABELS = {
    Finding.State.OPEN: "warning",
    Finding.State.ACKNOWLEDGED: "info",
    Finding.State.WAIVED: "",
    Finding.State.FIXED: "success",
}


class CheckFilter(DropdownFilter):
    """Choices are the checks that there are."""

    title = "check"
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(name, name) for name in checks()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(check_name=self.value()) if self.value() else queryset


class FindingResource(resources.ModelResource):
    """One line for each finding."""

    class Meta:
        model = Finding
        name = "Findings"
        places = "check_name code severity entity field origin state"
        numbers = "message rows expected actual difference sample"
        when = "first_seen last_seen run handled_by handled_at reason waived_until"
        fields = (*places.split(), *numbers.split(), *when.split())
        export_order = fields

    def dehydrate_sample(self, finding: Finding) -> str:
        return harmless(" ".join(finding.sample))

    def dehydrate_reason(self, finding: Finding) -> str:
        return harmless(finding.reason)


@admin.register(Finding)
class FindingAdmin(ExportsSelection, BrowseAdmin):
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
    actions = ()
    resource_classes = [FindingResource]
    export_form_class = ExportForm
    export_formats = [CSV, XLSX, JSON]
    show_change_form_export = False
    fieldsets = [
        ("What was found", {"fields": ["message", "severity_label", "state_label", "origin", "check_name", "code"]}),
        ("Where", {"fields": ["entity", "field", "rows", "some_rows", "some_target_rows", "failures"]}),
        ("Numbers", {"fields": ["expected", "actual", "difference"]}),
        ("When", {"fields": ["first_seen", "last_seen", "run_link"]}),
        ("What was decided", {"fields": ["handled_by", "handled_at", "reason", "waived_until"]}),
    ]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {**finding_actions.actions(request), **super().get_actions(request)}

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

    @display(description="the same rows in the target")
    def some_target_rows(self, finding: Any) -> SafeString | str:
        mapped = Mapping.objects.filter(entity=finding.entity, legacy_id__in=finding.sample).order_by("pk")
        rows = [(target_row(finding.viewer, finding.entity, one.target_id),) for one in mapped]
        rows += [
            (target_row(finding.viewer, finding.entity, name.removeprefix(TARGET)),)
            for name in finding.sample
            if name.startswith(TARGET)
        ]
        return format_html_join(", ", "{}", rows) if rows else "–"

    @display(description="failed records")
    def failures(self, finding: Any) -> SafeString | str:
        rows = FailedRecord.objects.filter(entity=finding.entity, state=FailedRecord.State.OPEN).count()
        if not rows or not may_view(finding.viewer, FailedRecord):
            return f"{rows:,} open"
        return link(list_url(FailedRecord, entity=finding.entity, state="open"), f"{rows:,} open of {finding.entity}")

    @display(description="found last by")
    def run_link(self, finding: Any) -> SafeString | str:
        if finding.run_id is None:
            return "a validation outside of a run"
        text = f"Run {finding.run_id}"
        return link(row_url(Run, finding.run_id), text) if may_view(finding.viewer, Run) else text


def _row(finding: Any, name: str) -> SafeString | str:
    """A row of the target that came from no legacy row is named by its UUID."""
    return name if name.startswith(TARGET) else legacy_row(finding.viewer, finding.entity, name)
