"""Mappings: which legacy row became which target row."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from runs.admin.filters import EntityFilter, PageFilter
from runs.admin.ledger import LedgerAdmin
from runs.admin.links import target_row
from runs.ledger.models import Mapping, Outcome

OUTCOMES = {Outcome.CREATED: "success", Outcome.MATCHED: "info"}


@admin.register(Mapping)
class MappingAdmin(LedgerAdmin):
    list_display = ["legacy_id", "entity", "target_id", "outcome_label", "page_number", "source_hash"]
    list_filter = [EntityFilter, ("outcome", ChoicesDropdownFilter), PageFilter]
    search_help_text = "Exact legacy id or target UUID"
    uuid_keys = ("target_id",)
    fields = ["entity", "legacy_row", "target_row", "outcome_label", "page_link", "source_hash"]

    @display(description="outcome", label=OUTCOMES)
    def outcome_label(self, mapping: Mapping) -> str:
        return mapping.outcome

    @display(description="target UUID")
    def target_row(self, mapping: Any) -> SafeString | str:
        return target_row(mapping.viewer, mapping.entity, mapping.target_id)

    @display(description="page")
    def page_number(self, mapping: Mapping) -> int:
        return mapping.page_id
