"""Read-only browsing of the new system's tables."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Field, ForeignKey, JSONField, Model, QuerySet, TextField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from catalog.browse import BrowseAdmin
from legacy.credentials import CREDENTIALS

LIST_COLUMNS = 6


def linked(field: ForeignKey) -> Callable[[Model], str | None]:
    """A column with the key of the referenced row, leading to that row: no query, unlike the row's own name."""
    there = field.related_model._meta

    @display(description=field.verbose_name)
    def link(row: Model) -> str | None:
        key = getattr(row, field.attname)
        if key is None:
            return None
        url = reverse(f"admin:{there.app_label}_{there.model_name}_change", args=[key])
        return format_html('<a href="{}">{}</a>', url, key)

    link.__name__ = field.name
    return link


def column(field: Field) -> Any:
    return linked(field) if isinstance(field, ForeignKey) else field.name


class TargetAdmin(BrowseAdmin):
    """One table of the new system, found by UUID or by a text that identifies its rows."""

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        shown = [field for field in model._meta.concrete_fields if field.name not in CREDENTIALS]
        brief = [field for field in shown if not isinstance(field, TextField | JSONField)]
        self.fields = [column(field) for field in shown]
        self.list_display = [column(field) for field in brief[:LIST_COLUMNS]]
        self.unique = [f.name for f in shown if f.unique and not f.primary_key and not f.is_relation]
        self.search_fields = ["id", *self.unique]
        self.search_help_text = "Exact " + " or ".join(["UUID", *(name.replace("_", " ") for name in self.unique)])
        super().__init__(model, admin_site)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The row with this UUID, or with this value in a unique column: each is one look-up in an index."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(pk=uuid.UUID(term)), False
        except ValueError:
            found = queryset.none()
            for name in self.unique:
                found = found | queryset.filter(**{name: term})
            return found, False


for model in apps.get_app_config("target").get_models():
    admin.site.register(model, TargetAdmin)
