"""Before-images: what a run's change to a target row replaced, so that it can be restored."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from catalog.browse import BrowseList
from legacy.looks import may_see_values
from runs.admin.filters import EntityFilter, PageFilter, RunFilter
from runs.admin.ledger import LedgerAdmin
from runs.admin.links import target_row
from runs.ledger.models import BeforeImage
from runs.shapes import shown


class RestoredFilter(DropdownFilter):
    """Whether the row got back what it held before."""

    title = "restored"
    parameter_name = "restored"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("no", "not restored"), ("yes", "restored")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(restored_at__isnull=self.value() == "no")


class ImageList(BrowseList):
    """A list whose images know whether their reader may see values."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for image in self.result_list:
            image.viewer = request


@admin.register(BeforeImage)
class BeforeImageAdmin(LedgerAdmin):
    value_fields = frozenset({"before", "after"})
    list_shows = "the changed values of a list"
    row_shows = "the changed values"
    list_display = ["legacy_id", "entity", "changes", "run", "restored_at"]
    list_filter = [EntityFilter, RestoredFilter, RunFilter, PageFilter]
    search_help_text = "Exact legacy id or target UUID"
    uuid_keys = ("target_id",)
    fields = ["entity", "legacy_row", "target_row", "changed_columns", "run_link", "page_link", "restored_at"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BrowseList]:
        return ImageList

    @display(description="changed columns")
    def changes(self, image: Any) -> SafeString:
        return format_html_join("; ", "{}: {} → {}", _changes(image))

    @display(description="changed columns")
    def changed_columns(self, image: Any) -> SafeString:
        reveal = may_see_values(image.viewer)
        return render_to_string("runs/before_after.html", {"changes": _changes(image), "reveal": reveal})

    @display(description="target UUID")
    def target_row(self, image: Any) -> SafeString | str:
        return target_row(image.viewer, image.entity, image.target_id)


def _changes(image: Any) -> list[tuple[str, Any, Any]]:
    """Each changed column with what it held and what the run wrote, as far as the reader may see it."""
    reveal = may_see_values(image.viewer)
    before, after = shown(image.before, reveal), shown(image.after, reveal)
    return [(column, _text(before.get(column)), _text(after.get(column))) for column in sorted({*before, *after})]


def _text(value: Any) -> Any:
    """A value as it is listed; a NULL is told from an empty text."""
    return "NULL" if value is None else "empty text" if value == "" else value
