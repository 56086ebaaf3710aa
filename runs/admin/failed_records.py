"""Failed records, one by one: the list with what can be done about a selection, the page of each, and the export."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from import_export.formats.base_formats import CSV, XLSX
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import display

from legacy.looks import may_see_values, record_look
from runs.admin import failed_record_page, failure_groups
from runs.admin.exports import ExportsSelection, FailedRecordResource
from runs.admin.filters import EntityFilter, PageFilter, RunFilter, exact
from runs.admin.ledger import LedgerAdmin
from runs.admin.links import may_view, row_url
from runs.admin.review_actions import ACTIONS, Action, allowed, carry_out, many
from runs.admin.review_pages import selection_page
from runs.causes import cause
from runs.ledger.models import FailedRecord
from runs.models import Run
from runs.services import Selection
from runs.services.reviewing import MOST
from runs.sheets import CorrectionSheet

ON_SELECTION = ("retry", "dismiss", "reopen", "assign", "note")


@admin.register(FailedRecord)
class FailedRecordAdmin(ExportsSelection, LedgerAdmin):
    list_display = [
        "legacy_id",
        "entity",
        "state_label",
        "cause",
        "field",
        "assignee",
        "run",
        "last_failed_at",
    ]
    list_filter = [
        EntityFilter,
        ("state", ChoicesDropdownFilter),
        ("stage", ChoicesDropdownFilter),
        exact("code"),
        exact("field"),
        exact("assignee", "assigned to"),
        RunFilter,
        exact("fingerprint", "fingerprint (one cause)"),
        PageFilter,
    ]
    list_before_template = "runs/failed_records_head.html"
    actions = ()
    value_fields = frozenset({"source"})
    show_change_form_export = False
    resource_classes = [FailedRecordResource, CorrectionSheet]
    export_form_class = ExportForm
    export_formats = [CSV, XLSX]

    def get_urls(self) -> list[URLPattern]:
        def at(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"ledger_failedrecord_{name}")

        return [
            at("groups/", failure_groups.groups_page, "groups"),
            at("groups/<slug:fingerprint>/", failure_groups.group_page, "group"),
            at("groups/<slug:fingerprint>/correct/", failure_groups.correct_group, "correct_group"),
            at("groups/<slug:fingerprint>/do/<slug:action>/", failure_groups.act_on_group, "act_on_group"),
            at("<int:pk>/correct/", failed_record_page.correct, "correct"),
            at("<int:pk>/do/<slug:action>/", failed_record_page.act, "act"),
            *super().get_urls(),
        ]

    # The list ------------------------------------------------------------------------------------------------

    @display(description="state", label=failed_record_page.STATES)
    def state_label(self, record: FailedRecord) -> str:
        return record.state

    @display(description="cause")
    def cause(self, record: FailedRecord) -> str:
        return cause(record.stage, record.code).title

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The export, and what the user may do about at least one record."""
        found = {
            name: (partial(_on_selection, action=ACTIONS[name]), name, f"{ACTIONS[name].title} the selected records")
            for name in ON_SELECTION
            if allowed(request, name) or allowed(request, name, in_bulk=True)
        }
        return {**found, **super().get_actions(request)}

    # The page of a record ------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        return failed_record_page.record_page(request, key=object_id)

    # The export ----------------------------------------------------------------------------------------------

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"reveal": may_see_values(request)}

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        if may_see_values(request):
            record_look(request, FailedRecord, f"Exported {queryset.count()} source rows.")
        return data


def _on_selection(
    model_admin: FailedRecordAdmin, request: HttpRequest, queryset: QuerySet[FailedRecord], action: Action
) -> HttpResponse | None:
    """Carries out an action on the selected records; what has to be said about it is asked for first."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        messages.error(request, f"More than {MOST:,} records are selected: narrow the list, or act on a whole group.")
        return None
    selection = Selection(records=keys)
    if not allowed(request, action.name, many(selection)):
        raise PermissionDenied
    sent = "confirmed" in request.POST or not action.form.base_fields
    form = action.form(request.POST) if sent else action.form()
    if sent and form.is_valid():
        run = carry_out(request, action, selection, form)
        return redirect(row_url(Run, run.pk)) if run and may_view(request, Run) else None
    return selection_page(request, action, form, len(keys), "failed record")
