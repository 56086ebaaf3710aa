"""Corrections: what staff said that legacy values should have been, one by one or from an edited spreadsheet."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.results import Result
from unfold.contrib.filters.admin import DropdownFilter
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.decorators import display
from unfold.views import ChangeList

from catalog.browse import BrowseList
from legacy.looks import may_see_values, record_look
from runs import services
from runs.admin.correction_actions import LIST, possible, retry, revoke
from runs.admin.filters import EntityFilter, exact
from runs.admin.ledger import LedgerAdmin
from runs.admin.links import link, may_view, target_row
from runs.admin.script_exports import Plain
from runs.admin.uploads import DatabaseUpload
from runs.ledger.models import Correction, FailedRecord
from runs.shapes import cell
from runs.sheets import CorrectionList, may_import
from runs.sheets_import import CorrectionImport

#: Where the session keeps the numbers of imported corrections until their records are offered for a retry.
IMPORTED = "imported_corrections"


class InForceFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("live", "in force"), ("revoked", "revoked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("live", "revoked"):
            return queryset
        return queryset.filter(revoked_at__isnull=self.value() == "live")


class ReachFilter(DropdownFilter):
    title = "reach"
    parameter_name = "reach"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("rule", "all rows with the value"), ("row", "one row")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("rule", "row"):
            return queryset
        return queryset.filter(legacy_id="") if self.value() == "rule" else queryset.exclude(legacy_id="")


class SheetImport(CorrectionImport):
    """An edited file of failed records, whose mistakes are told without a traceback."""

    @classmethod
    def get_error_result_class(cls) -> type[Plain]:
        return Plain


class CorrectionRows(BrowseList):
    """A list whose corrections know whether their reader may see values."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for made in self.result_list:
            made.viewer = request


@admin.register(Correction)
class CorrectionAdmin(ImportExportMixin, LedgerAdmin):
    list_display = ["number", "entity", "applies_to", "path", "old_shown", "new_shown", "author", "state", "reason"]
    list_filter = [
        EntityFilter,
        InForceFilter,
        ReachFilter,
        exact("field"),
        exact("author"),
        exact("fingerprint", "fingerprint (one cause)"),
    ]
    fields = [
        *("entity", "applies_to", "field", "path", "old_shown", "new_shown"),
        *("reason", "author", "created_at", "state", "made_for"),
    ]
    search_fields = ("legacy_id", "reason")
    search_help_text = "Exact legacy id, or words of the reason"
    change_form_template = "runs/correction.html"
    import_template_name = "runs/correction_import.html"
    list_before_template = "runs/corrections_head.html"
    value_fields = frozenset({"old", "new"})
    list_shows = "the old and new values of a list of corrections"
    row_shows = "the old and new value of a correction"
    import_form_class, export_form_class = ImportForm, ExportForm
    formats = [CSV, XLSX]
    tmp_storage_class = DatabaseUpload
    show_change_form_export = False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("retry/", view(retry), name="ledger_correction_retry"),
            path("<int:pk>/revoke/", view(revoke), name="ledger_correction_revoke"),
            *super().get_urls(),
        ]

    # The list and the page -------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CorrectionRows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (queryset.filter(Q(legacy_id=term) | Q(reason__icontains=term)) if term else queryset), False

    @display(description="correction")
    def number(self, made: Correction) -> str:
        return f"Correction {made.pk}"

    @display(description="holds for")
    def applies_to(self, made: Any) -> SafeString | str:
        return self.legacy_row(made) if made.legacy_id else "all rows with the value"

    @display(description="wrong value")
    def old_shown(self, made: Any) -> str:
        return cell(made.path, made.old, may_see_values(made.viewer)).text

    @display(description="means")
    def new_shown(self, made: Any) -> SafeString | str:
        if made.target_id is None:
            return cell(made.path, made.new, may_see_values(made.viewer)).text
        parent = services.parent_of(made.entity, made.path)
        return target_row(made.viewer, parent, made.target_id)

    @display(description="state", label={"in force": "success", "revoked": ""})
    def state(self, made: Correction) -> str:
        return "revoked" if made.revoked_at else "in force"

    @display(description="made for")
    def made_for(self, made: Any) -> SafeString | str:
        if not made.fingerprint or not may_view(made.viewer, FailedRecord):
            return made.fingerprint or "–"
        return link(reverse("admin:ledger_failedrecord_group", args=[made.fingerprint]), "a group of failed records")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        imported = request.session.pop(IMPORTED, []) if request.method == "GET" else []
        return super().changelist_view(request, {**(extra_context or {}), "imported": imported})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        made = self.get_object(request, object_id)
        shown = {"title": str(made), **possible(request, made)} if made else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    # Import and export -----------------------------------------------------------------------------------------

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and may_import(request.user)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_resource_classes(self, request: HttpRequest) -> list[type]:
        return [SheetImport]

    def get_export_resource_classes(self, request: HttpRequest) -> list[type]:
        return [CorrectionList]

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"reveal": may_see_values(request)}

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        if may_see_values(request):
            record_look(request, Correction, f"Exported {queryset.count()} corrections.")
        return data

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """Back to the list, which offers the records for a retry."""
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, "Nothing was imported, as the records have changed since: import the file again.")
            return redirect("admin:ledger_correction_import")
        made = [row.instance.pk for row in result.rows if row.import_type == row.IMPORT_TYPE_NEW]
        request.session[IMPORTED] = made
        messages.success(request, f"{len(made):,} correction{'' if len(made) == 1 else 's'} in force.")
        return redirect(LIST)
