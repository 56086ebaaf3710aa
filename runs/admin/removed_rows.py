"""Removed rows: the last content of target rows that an undo deleted although they had been edited since."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.decorators import display

from legacy.looks import may_see_values
from runs.admin.filters import EntityFilter, RunFilter, exact
from runs.admin.ledger import LedgerAdmin
from runs.ledger.models import RemovedRow
from runs.shapes import cells


@admin.register(RemovedRow)
class RemovedRowAdmin(LedgerAdmin):
    value_fields = frozenset({"content"})
    row_shows = "the content of a removed row"
    list_display = ["legacy_id", "entity", "target_id", "columns", "run", "at"]
    list_filter = [EntityFilter, RunFilter, exact("legacy_id", "legacy id")]
    search_help_text = "Exact legacy id or target UUID"
    uuid_keys = ("target_id",)
    fields = ["entity", "legacy_row", "target_id", "last_content", "run_link", "at"]

    @display(description="columns")
    def columns(self, row: RemovedRow) -> int:
        return len(row.content)

    @display(description="what it held")
    def last_content(self, row: Any) -> SafeString:
        reveal = may_see_values(row.viewer)
        context = {"rows": cells(sorted(row.content.items()), reveal), "reveal": reveal}
        return render_to_string("runs/source.html", context)
