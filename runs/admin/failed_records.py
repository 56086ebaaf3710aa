"""Failed records: what could not be migrated, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from import_export.admin import ExportActionMixin
from import_export.formats.base_formats import CSV, XLSX
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import display

from legacy.looks import may_see_values, record_look
from runs.admin.exports import FailedRecordResource
from runs.admin.filters import EntityFilter, PageFilter, RunFilter, exact
from runs.admin.ledger import LedgerAdmin
from runs.admin.links import declared, link, list_url
from runs.causes import cause
from runs.ledger.models import FailedRecord
from runs.shapes import secret, shown

State = FailedRecord.State
STATES = {State.OPEN: "danger", State.CLOSED: "success", State.UNDONE: ""}
STATE_WORDS = {
    State.OPEN: "open",
    State.CLOSED: "closed: a later run migrated the row",
    State.UNDONE: "undone: the run that it failed in was taken back",
}


@admin.register(FailedRecord)
class FailedRecordAdmin(ExportActionMixin, LedgerAdmin):
    list_display = ["legacy_id", "entity", "state_label", "cause", "field", "message", "run", "last_failed_at"]
    list_filter = [
        EntityFilter,
        ("state", ChoicesDropdownFilter),
        ("stage", ChoicesDropdownFilter),
        exact("code"),
        exact("field"),
        RunFilter,
        exact("fingerprint", "fingerprint (one cause)"),
        PageFilter,
    ]
    fieldsets = [
        ("What went wrong", {"fields": ["state_words", "explained", "message", "field_filled_from", "technical"]}),
        ("The legacy row", {"fields": ["entity", "legacy_row", "source_row"]}),
        (
            "History",
            {"fields": ["run_link", "page_link", "attempts", "first_failed_at", "last_failed_at", "same_cause"]},
        ),
    ]
    actions = ()
    value_fields = frozenset({"source"})
    row_shows = "the source row"
    show_change_form_export = False
    resource_classes = [FailedRecordResource]
    export_form_class = ExportForm
    export_formats = [CSV, XLSX]

    # The list and the detail page ----------------------------------------------------------------------------

    @display(description="state", label=STATES)
    def state_label(self, record: FailedRecord) -> str:
        return record.state

    @display(description="state")
    def state_words(self, record: FailedRecord) -> str:
        return STATE_WORDS[State(record.state)]

    @display(description="cause")
    def cause(self, record: FailedRecord) -> str:
        return cause(record.stage, record.code).title

    @display(description="cause")
    def explained(self, record: FailedRecord) -> SafeString:
        return render_to_string("runs/cause.html", {"cause": cause(record.stage, record.code)})

    @display(description="field")
    def field_filled_from(self, record: FailedRecord) -> str:
        paths = _blamed(record)
        return f"{record.field}, filled from {', '.join(paths)}" if paths else record.field

    @display(description="stage and code")
    def technical(self, record: FailedRecord) -> str:
        constraint = f", constraint {record.constraint}" if record.constraint else ""
        return f"{record.stage}: {record.code}{constraint}"

    @display(description="source columns")
    def source_row(self, record: Any) -> SafeString:
        reveal = may_see_values(record.viewer)
        blamed = _blamed(record)
        values = shown(record.source, reveal)
        rows = [(path, values[path], path in blamed, reveal and not secret(path)) for path in _as_read(record)]
        return render_to_string("runs/source.html", {"rows": rows, "reveal": reveal})

    @display(description="fingerprint")
    def same_cause(self, record: FailedRecord) -> SafeString:
        rows = FailedRecord.objects.filter(fingerprint=record.fingerprint).count()
        words = f"{record.fingerprint}: {rows:,} failed record{'' if rows == 1 else 's'} of this cause"
        return link(list_url(FailedRecord, fingerprint=record.fingerprint), words)

    # The export ----------------------------------------------------------------------------------------------

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[int]:
        """The selected rows: by default the keys of the whole table would be offered as choices."""
        return [int(key) for key in request.POST.getlist("export_items") if key.isdecimal()]

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"reveal": may_see_values(request)}

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        if may_see_values(request):
            record_look(request, FailedRecord, f"Exported {queryset.count()} source rows.")
        return data


def _blamed(record: FailedRecord) -> list[str]:
    """The source columns that fill the field (or the fields, "doctor, office") that failed."""
    found = declared(record.entity)
    recipes = [found.recipes.get(name) for name in record.field.split(", ")] if found else []
    return [path for recipe in recipes if recipe for path in recipe.paths]


def _as_read(record: FailedRecord) -> list[str]:
    """The source columns in the order in which the declaration reads them; JSON in the database keeps none."""
    found = declared(record.entity)
    order = found.paths if found else ()
    return sorted(record.source, key=lambda path: order.index(path) if path in order else len(order))
