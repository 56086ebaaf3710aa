"""What the admin pages of the ledger's tables share."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.browse import BrowseAdmin
from legacy.looks import may_see_values, record_look
from runs.admin.links import legacy_row, link, may_view, row_url
from runs.ledger.models import Page
from runs.models import Run


def as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class LedgerAdmin(BrowseAdmin):
    """A table of the ledger, searched by the exact legacy id (and its other keys).

    The object of a detail page knows its reader as `viewer`, because links and values depend on permissions.
    """

    search_fields: Any = ("legacy_id",)
    search_help_text = "Exact legacy id"
    #: The text fields and the UUID fields in which a search term may stand.
    text_keys: tuple[str, ...] = ("legacy_id",)
    uuid_keys: tuple[str, ...] = ()
    #: Fields with legacy values: a filter by one of them would let anybody guess what it holds.
    value_fields: frozenset[str] = frozenset()
    #: What the list and the detail page show of legacy values to those who may see them, for the record of looks;
    #: empty where they show none.
    list_shows: str = ""
    row_shows: str = ""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if self.list_shows and response.status_code == 200 and may_see_values(request):
            record_look(request, self.model, f"Looked at {self.list_shows}.")
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if self.row_shows and response.status_code == 200 and may_see_values(request):
            record_look(request, self.model, f"Looked at {self.row_shows}.", self.get_object(request, object_id))
        return response

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        if lookup.partition("__")[0] in self.value_fields and not may_see_values(request):
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        key = as_uuid(term) if self.uuid_keys else None
        wanted: list[Any] = (
            [(name, key) for name in self.uuid_keys] if key else [(name, term) for name in self.text_keys]
        )
        return queryset.filter(Q.create(wanted, connector=Q.OR)), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found: Any = super().get_object(request, object_id, from_field)
        if found is not None:
            found.viewer = request
        return found

    @display(description="legacy id")
    def legacy_row(self, row: Any) -> SafeString | str:
        return legacy_row(row.viewer, row.entity, row.legacy_id)

    @display(description="page")
    def page_link(self, row: Any) -> SafeString | str:
        text = f"Page {row.page_id}"
        return link(row_url(Page, row.page_id), text) if may_view(row.viewer, Page) else text

    @display(description="run")
    def run_link(self, row: Any) -> SafeString | str:
        text = f"Run {row.run}"
        return link(row_url(Run, row.run), text) if may_view(row.viewer, Run) else text
