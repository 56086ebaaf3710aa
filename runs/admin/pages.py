"""Pages: the checkpoints of runs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display

from runs.admin.filters import EntityFilter, RunFilter
from runs.admin.ledger import LedgerAdmin
from runs.admin.links import list_url, may_view
from runs.ledger.models import FailedRecord, Mapping, Page, Resolution

COUNTERS = ["read", "expanded", "created", "updated", "matched", "unchanged", "skipped", "failed"]


@admin.register(Page)
class PageAdmin(LedgerAdmin):
    list_display = ["id", "entity", "run", "number", "keys", "outcome", "final", "committed_at"]
    list_filter = [EntityFilter, RunFilter, ("final", BooleanRadioFilter)]
    search_fields = ()
    fields = ["entity", "run_link", "number", "keys", "final", *COUNTERS, "committed_at", "undone_at", "rows_of_page"]

    @display(description="legacy keys")
    def keys(self, page: Page) -> str:
        return f"{page.first_key} – {page.last_key}" if page.first_key else "no row"

    @display(description="rows")
    def outcome(self, page: Page) -> str:
        became = [f"{getattr(page, name):,} {name}" for name in COUNTERS[1:] if getattr(page, name)]
        return f"{page.read:,} read: {', '.join(became)}" if became else f"{page.read:,} read"

    @display(description="its rows")
    def rows_of_page(self, page: Any) -> SafeString:
        found = [
            (list_url(model, page=page.pk), model._meta.verbose_name_plural)
            for model in (Mapping, FailedRecord, Resolution)
            if may_view(page.viewer, model)
        ]
        return format_html_join(" · ", '<a href="{}">{}</a>', found)
