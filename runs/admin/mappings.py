"""Mappings: which legacy row became which target row."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from runs.admin.filters import EntityFilter, PageFilter
from runs.admin.ledger import LedgerAdmin
from runs.admin.links import target_row
from runs.admin.run_actions import UNDO
from runs.ledger.models import Mapping, Outcome

#: Rows that the address of the page of an undo can name.
MOST = 200
OUTCOMES = {Outcome.CREATED: "success", Outcome.MATCHED: "info"}


@admin.register(Mapping)
class MappingAdmin(LedgerAdmin):
    list_display = ["legacy_id", "entity", "target_id", "outcome_label", "page_number", "source_hash"]
    list_filter = [EntityFilter, ("outcome", ChoicesDropdownFilter), PageFilter]
    search_help_text = "Exact legacy id or target UUID"
    uuid_keys = ("target_id",)
    actions = ["undo"]
    fields = ["entity", "legacy_row", "target_row", "outcome_label", "page_link", "source_hash"]

    def has_undo_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(UNDO)

    @admin.action(description="Undo the selected rows…", permissions=["undo"])
    def undo(self, request: HttpRequest, queryset: QuerySet[Mapping]) -> HttpResponse | None:
        """Leads to the page that shows what it would do."""
        rows = list(queryset.values_list("entity", "legacy_id")[: MOST + 1])
        entities = {entity for entity, _ in rows}
        if len(entities) > 1:
            messages.error(request, f"Choose rows of one entity: these are of {', '.join(sorted(entities))}.")
            return None
        if len(rows) > MOST:
            messages.error(request, f"Choose at most {MOST} rows, or undo the entity as a whole from its script.")
            return None
        query = urlencode({"entity": entities.pop(), "ids": ",".join(legacy_id for _, legacy_id in rows)})
        return redirect(f"{reverse('admin:runs_run_undo')}?{query}")

    @display(description="outcome", label=OUTCOMES)
    def outcome_label(self, mapping: Mapping) -> str:
        return mapping.outcome

    @display(description="target UUID")
    def target_row(self, mapping: Any) -> SafeString | str:
        return target_row(mapping.viewer, mapping.entity, mapping.target_id)

    @display(description="page")
    def page_number(self, mapping: Mapping) -> int:
        return mapping.page_id
