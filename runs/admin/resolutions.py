"""Resolutions: where a declared policy stood in for a failure."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from legacy.looks import may_see_values, record_look
from runs.admin.filters import EntityFilter, PageFilter, RunFilter, exact
from runs.admin.ledger import LedgerAdmin
from runs.admin.shapes import shape
from runs.ledger.models import Resolution


@admin.register(Resolution)
class ResolutionAdmin(LedgerAdmin):
    value_fields = frozenset({"old", "new"})
    list_filter = [EntityFilter, exact("field"), exact("rule"), RunFilter, PageFilter]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return ["legacy_id", "entity", "field", "rule", *_old_new(request), "run"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["entity", "legacy_row", "field", "rule", *_old_new(request), "run_link", "page_link"]

    @display(description="old")
    def old_shape(self, resolution: Resolution) -> str:
        return shape(resolution.old)

    @display(description="new")
    def new_shape(self, resolution: Resolution) -> str:
        return shape(resolution.new)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if response.status_code == 200 and may_see_values(request):
            record_look(request, Resolution, "Looked at the old and new values of a list.")
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if response.status_code == 200 and may_see_values(request):
            record_look(request, Resolution, "Looked at the old and new value.", self.get_object(request, object_id))
        return response


def _old_new(request: HttpRequest) -> list[str]:
    return ["old", "new"] if may_see_values(request) else ["old_shape", "new_shape"]
