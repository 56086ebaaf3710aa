"""Browsing tables in the admin: read-only, and quick with millions of rows."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import OperationalError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

#: Rows are counted up to here; beyond it the database's estimate has to do.
COUNT_LIMIT = 10_000


def estimated_rows(rows: QuerySet[Any]) -> int:
    """How many rows the query planner expects: a guess from its statistics, free of any reading."""
    plan = json.loads(rows.order_by().explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


class EstimatingPaginator(Paginator):
    """Never counts more than COUNT_LIMIT rows. `exact` tells whether `count` is the number of rows.

    Without a filter a larger table has as many rows as the planner expects; with one, the list ends at COUNT_LIMIT.
    """

    template_name = "catalog/paging.html"

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return rows.order_by()[: COUNT_LIMIT + 1].count()

    @property
    def exact(self) -> bool:
        return self._counted <= COUNT_LIMIT

    @property
    def filtered(self) -> bool:
        rows: Any = self.object_list
        return bool(rows.query.has_filters())

    @cached_property
    def count(self) -> int:
        if self.exact:
            return self._counted
        rows: Any = self.object_list
        return COUNT_LIMIT if self.filtered else max(COUNT_LIMIT, estimated_rows(rows))


class BrowseList(ChangeList):
    """A list whose only count is the paginator's."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count

    @property
    def words(self) -> str:
        """How many rows there are, as exactly as is known."""
        count, opts = self.result_count, self.opts
        if self.paginator.exact:
            return f"{count:,} {opts.verbose_name if count == 1 else opts.verbose_name_plural}"
        if self.paginator.filtered:
            return f"the first {count:,} {opts.verbose_name_plural}; narrow the search to see others"
        return f"about {count:,} {opts.verbose_name_plural}"


class BrowseAdmin(ModelAdmin):
    """A table that can be looked at by whoever has its view permission, and changed by nobody.

    The newest rows come first, by the primary key alone: any other order would sort the whole table.
    """

    actions: Any = None
    compressed_fields = True
    list_filter_submit = True
    list_per_page = 50
    ordering: Any = ("-pk",)
    paginator = EstimatingPaginator
    show_full_result_count = False
    sortable_by: Any = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BrowseList

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Everything that is shown: nothing is rendered as a form's field."""
        return [name for _, options in self.get_fieldsets(request, obj) for name in _flat(options["fields"])]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields or [field.name for field in self.model._meta.concrete_fields]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except OperationalError:
            return self._unreachable(request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except OperationalError:
            return self._unreachable(request)

    def _unreachable(self, request: HttpRequest) -> HttpResponse:
        alias = self.get_queryset(request).db
        messages.error(request, f"The database “{alias}” cannot be read just now, so {self._words} cannot be shown.")
        return redirect("admin:index")

    @property
    def _words(self) -> str:
        return str(self.model._meta.verbose_name_plural)


def _flat(fields: Any) -> list[Any]:
    return [name for line in fields for name in (line if isinstance(line, list | tuple) else [line])]
