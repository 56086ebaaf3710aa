"""What the admin pages of the ledger's tables share."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.browse import BrowseAdmin
from legacy.looks import RecordsLooks
from runs.admin.links import legacy_row, link, may_view, row_url
from runs.ledger.models import Page
from runs.models import Run


def as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class LedgerAdmin(RecordsLooks, BrowseAdmin):
    """A table of the ledger, searched by the exact legacy id (and its other keys).

    The object of a detail page knows its reader as `viewer`, because links and values depend on permissions.
    """

    search_fields: Any = ("legacy_id",)
    search_help_text = "Exact legacy id"
    #: The text fields and the UUID fields in which a search term may stand.
    text_keys: tuple[str, ...] = ("legacy_id",)
    uuid_keys: tuple[str, ...] = ()
    #: Fields with legacy values: a filter by one of them would let people guess what it holds, and would write it into
    #: addresses.
    value_fields: frozenset[str] = frozenset()

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup.partition("__")[0] not in self.value_fields and super().lookup_allowed(lookup, value, request)

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
