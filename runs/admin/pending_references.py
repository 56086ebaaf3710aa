"""Pending references: rows that wait for a parent."""

from __future__ import annotations

from django.contrib import admin

from runs.admin.filters import EntityFilter, exact
from runs.admin.ledger import LedgerAdmin
from runs.ledger.models import PendingReference


@admin.register(PendingReference)
class PendingReferenceAdmin(LedgerAdmin):
    list_display = ["legacy_id", "entity", "field", "parent_entity", "parent_legacy_id", "since"]
    list_filter = [EntityFilter, exact("parent_entity", "parent entity")]
    search_help_text = "Exact legacy id of the row or of its parent"
    text_keys = ("legacy_id", "parent_legacy_id")
    fields = ["entity", "legacy_row", "field", "parent_entity", "parent_legacy_id", "page_link", "since"]
