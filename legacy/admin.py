"""Read-only browsing of the old system, so that a reviewer can look at a source row."""

from functools import cached_property
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet, TextField
from django.http import HttpRequest

from legacy.credentials import CREDENTIALS
from legacy.looks import RecordsLooks, may_see_values

COUNT_LIMIT = 10_000
LIST_COLUMNS = 6


class BoundedPaginator(Paginator):
    """Counts no further than COUNT_LIMIT rows, as counting millions takes seconds; rows beyond are found by id."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows[:COUNT_LIMIT].count()


class MirrorAdmin(RecordsLooks):
    """One legacy table: rows in the order of their ids, references as the bare ids that the row holds."""

    list_shows = "the list"
    row_shows = "the row"
    actions = None
    ordering = ("pk",)
    paginator = BoundedPaginator
    search_fields = ("id",)
    search_help_text = f"Finds one row by its id. The list itself ends at {COUNT_LIMIT:,} rows."
    show_full_result_count = False
    list_per_page = 50
    sortable_by = ()

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        columns = [field for field in model._meta.concrete_fields if field.name not in CREDENTIALS]
        self.fields = self.readonly_fields = [field.attname for field in columns]
        self.list_display = [field.attname for field in columns if not isinstance(field, TextField)][:LIST_COLUMNS]
        super().__init__(model, admin_site)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The row with this id; no row when the term is not a number."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return (queryset.filter(pk=int(term)) if term.isdecimal() else queryset.none()), False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_see_values(request) and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_see_values(request) and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


for mirror in apps.get_app_config("legacy").get_models():
    admin.site.register(mirror, MirrorAdmin)
