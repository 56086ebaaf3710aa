"""Resolutions: where a declared policy stood in for a failure."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from legacy.looks import may_see_values
from runs.admin.filters import EntityFilter, PageFilter, RunFilter, exact
from runs.admin.ledger import LedgerAdmin
from runs.ledger.models import Resolution
from runs.shapes import shape


@admin.register(Resolution)
class ResolutionAdmin(LedgerAdmin):
    value_fields = frozenset({"old", "new"})
    list_shows = "the old and new values of a list"
    row_shows = "the old and new value"
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


def _old_new(request: HttpRequest) -> list[str]:
    return ["old", "new"] if may_see_values(request) else ["old_shape", "new_shape"]
