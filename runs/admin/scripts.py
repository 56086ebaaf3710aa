"""Scripts: the inventory, how far each one is, and what the original recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, JSON, XLSX
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.decorators import display
from unfold.views import ChangeList

from catalog.browse import BrowseAdmin, BrowseList
from catalog.models import MigrationScript
from runs.admin import script_page
from runs.admin.links import link, list_url, may_view, row_url
from runs.admin.script_exports import NoteResource, ScriptResource, tidy
from runs.admin.script_page import STATUS_LABELS, described
from runs.inventory import Progress, Status, progress
from runs.ledger.models import FailedRecord
from runs.models import Run


def inventory(request: HttpRequest) -> dict[int, Progress]:
    """Script number → how far it is: found out once per request, since the filter and the list both need it."""
    if not hasattr(request, "inventory"):
        request.inventory = {one.script.number: one for one in progress(MigrationScript.objects.all())}  # type: ignore[attr-defined]
    return request.inventory  # type: ignore[attr-defined]


class StatusFilter(DropdownFilter):
    """By the derived status."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(Status.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        wanted = [number for number, one in inventory(request).items() if one.status == self.value()]
        return queryset.filter(number__in=wanted)


class ScriptList(BrowseList):
    """A list whose scripts know how far they are, and who reads them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for script in self.result_list:
            script.progress = inventory(request)[script.number]
            script.viewer = request


@admin.register(MigrationScript)
class MigrationScriptAdmin(ImportExportMixin, BrowseAdmin):
    list_display = ["script", "domain", "category", "status", "recorded", "ours", "failed", "last_run"]
    list_filter = [
        ("domain", RelatedDropdownFilter),
        ("category", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        StatusFilter,
    ]
    list_select_related = ["domain"]
    list_per_page = 100
    ordering = ["number"]
    search_fields = ["title", "file_name", "staff_note"]
    search_help_text = "Title, original file or note"
    fields = ["staff_note"]
    change_form_template = "runs/script.html"
    import_form_class, export_form_class = ImportForm, ExportForm
    formats = [CSV, XLSX, JSON]

    # The list ------------------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ScriptList

    @display(description="script")
    def script(self, script: MigrationScript) -> str:
        return str(script)

    @display(description="status", label={status.label: label for status, label in STATUS_LABELS.items()})
    def status(self, script: Any) -> str:
        return script.progress.status.label

    @display(description="recorded")
    def recorded(self, script: MigrationScript) -> SafeString | str:
        return script_page.recorded(script)

    @display(description="ours")
    def ours(self, script: Any) -> SafeString | str:
        return script_page.ours(script.progress.tally)

    @display(description="failed")
    def failed(self, script: Any) -> SafeString | str:
        found: Progress = script.progress
        words = f"{found.failed:,}" if found.tally else "–"
        if not found.failed or not may_view(script.viewer, FailedRecord):
            return words
        if len(found.entities) == 1:
            return link(list_url(FailedRecord, entity=found.entities[0], state__exact=FailedRecord.State.OPEN), words)
        return link(f"{row_url(MigrationScript, script.pk)}#failures", words)

    @display(description="last run")
    def last_run(self, script: Any) -> SafeString | str:
        runs = [part.latest.run_id for part in script.progress.parts if part.latest]
        if not runs:
            return "–"
        number = max(runs)
        return link(row_url(Run, number), f"Run {number}") if may_view(script.viewer, Run) else f"Run {number}"

    # A script's page: everything is derived or recorded, except for the note ---------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_change_permission(self, request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if self.has_change_permission(request, obj) else self.fields

    def save_model(self, request: HttpRequest, obj: MigrationScript, form: Any, change: bool) -> None:
        obj.staff_note = tidy(obj.staff_note)
        obj.save(update_fields=["staff_note"])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        script = self.get_object(request, object_id)
        shown = described(request, script) if script else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    # Import and export -----------------------------------------------------------------------------------------

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_resource_classes(self, request: HttpRequest) -> list[type]:
        return [NoteResource]

    def get_export_resource_classes(self, request: HttpRequest) -> list[type]:
        return [ScriptResource]
