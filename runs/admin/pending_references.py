"""Pending references: rows that wait for a parent, for how long, and what became of the parent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from catalog.browse import BrowseList
from runs.admin.filters import EntityFilter, exact
from runs.admin.ledger import LedgerAdmin
from runs.admin.links import legacy_row, link, list_url, may_view, row_url, target_row
from runs.ledger.models import FailedRecord, Mapping, PendingReference

#: Parent entities that the list begins with, the most wanted first.
PARENTS = 12
AGES = {"day": ("a day", 1), "week": ("a week", 7), "month": ("a month", 30)}


class AgeFilter(DropdownFilter):
    """How long a row has been waiting at least."""

    title = "waiting for at least"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(name, words) for name, (words, _) in AGES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in AGES:
            return queryset
        return queryset.filter(since__lte=timezone.now() - timedelta(days=AGES[str(self.value())][1]))


class PendingList(BrowseList):
    """A list whose rows know their reader, and whether the parents that they wait for have failed."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        failed = _failed_parents(self.result_list)
        for row in self.result_list:
            row.viewer = request
            row.parent_failed = failed.get((row.parent_entity, row.parent_legacy_id))


@admin.register(PendingReference)
class PendingReferenceAdmin(LedgerAdmin):
    list_display = ["holder", "entity", "field", "parent", "parent_state", "waiting"]
    list_filter = [
        EntityFilter,
        AgeFilter,
        exact("field"),
        exact("parent_entity", "parent entity"),
        exact("parent_legacy_id", "parent's legacy id"),
    ]
    list_before_template = "runs/pending_parents.html"
    search_help_text = "Exact legacy id of the row or of its parent"
    text_keys = ("legacy_id", "parent_legacy_id")
    fields = ["entity", "legacy_row", "target", "field", "parent", "parent_state", "waiting", "page_link"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BrowseList]:
        return PendingList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            key = (found.parent_entity, found.parent_legacy_id)
            found.parent_failed = _failed_parents([found]).get(key)
        return found

    @display(description="legacy id")
    def holder(self, row: PendingReference) -> str:
        return row.legacy_id

    @display(description="target row")
    def target(self, row: Any) -> SafeString | str:
        mapping = Mapping.objects.filter(entity=row.entity, legacy_id=row.legacy_id).first()
        return target_row(row.viewer, row.entity, mapping.target_id) if mapping else "–"

    @display(description="waits for")
    def parent(self, row: Any) -> SafeString | str:
        parent = legacy_row(row.viewer, row.parent_entity, row.parent_legacy_id)
        return format_html("{} {}", row.parent_entity, parent)

    @display(description="the parent")
    def parent_state(self, row: Any) -> SafeString | str:
        if row.parent_failed is None:
            return "has not come yet"
        if not may_view(row.viewer, FailedRecord):
            return "failed itself"
        return link(row_url(FailedRecord, row.parent_failed), "failed itself")

    @display(description="waiting for")
    def waiting(self, row: PendingReference) -> str:
        return _age(row.since)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {} if request.GET else {"parents": _parents()}
        return super().changelist_view(request, {**(extra_context or {}), **shown})


def _parents() -> list[dict[str, Any]]:
    """The entities that are waited for, with how many rows wait, and since when; the most wanted first."""
    counted = PendingReference.objects.values("parent_entity").order_by()
    found = counted.annotate(rows=Count("pk"), parents=Count("parent_legacy_id", distinct=True), oldest=Min("since"))
    return [
        {
            **parent,
            "age": _age(parent["oldest"]),
            "url": list_url(PendingReference, parent_entity=parent["parent_entity"]),
        }
        for parent in found.order_by("-rows", "parent_entity")[:PARENTS]
    ]


def _failed_parents(rows: Any) -> dict[tuple[str, str], int]:
    """(entity, legacy id) → the number of its open failed record, by one query for each entity."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row.parent_entity, set()).add(row.parent_legacy_id)
    return {
        (entity, record.legacy_id): record.pk
        for entity, ids in wanted.items()
        for record in FailedRecord.objects.filter(entity=entity, legacy_id__in=ids, state=FailedRecord.State.OPEN).only(
            "legacy_id"
        )
    }


def _age(since: datetime) -> str:
    return timesince(since, depth=1)
