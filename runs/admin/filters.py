"""Filters that never ask a large table for its distinct values."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import DateField
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter, TextFilter

from catalog.registry import specs


class EntityFilter(DropdownFilter):
    """Choices come from the declarations."""

    title = "entity"
    parameter_name = "entity"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(spec.name for spec in specs())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(entity=self.value()) if self.value() else queryset


class ExactFilter(TextFilter):
    """The field holds exactly the text that was typed."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = (self.value() or "").strip()
        return queryset.filter(**{self.parameter_name: wanted}) if wanted else queryset


class NumberFilter(ExactFilter):
    """The same for a number; anything else finds nothing."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = (self.value() or "").strip()
        if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
            return queryset.none()
        return super().queryset(request, queryset)


class DaysFilter(RangeDateFilter):
    """From one day to another of a date with time, both days included."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for end, lookup in (("from", "gte"), ("to", "lte")):
            day = _day(self.used_parameters.get(f"{self.parameter_name}_{end}"))
            if day:
                queryset = queryset.filter(**{f"{self.parameter_name}__date__{lookup}": day})
        return queryset


def _day(given: Any) -> date | None:
    """The date as the site writes dates; the theme's own parser reads day and month the American way."""
    try:
        return DateField(required=False).clean(given)
    except ValidationError:
        return None


def exact(name: str, title: str = "", base: type[ExactFilter] = ExactFilter) -> type[ExactFilter]:
    """A filter by the exact value of a field."""
    return type(f"{name.title()}Filter", (base,), {"parameter_name": name, "title": title or name})


RunFilter = exact("run", base=NumberFilter)
PageFilter = exact("page", base=NumberFilter)
