"""Data domains: what belongs to each, and in which order they matter."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.browse import BrowseAdmin
from catalog.models import DataDomain


@admin.register(DataDomain)
class DataDomainAdmin(BrowseAdmin):
    list_display = ["name", "priority", "description", "scripts"]
    list_filter_submit = False
    ordering = ["priority"]
    fields = ["code", "name", "priority", "description", "scripts"]
    change_form_template = "catalog/domain.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(script_count=Count("scripts"))

    @display(description="scripts")
    def scripts(self, domain: Any) -> SafeString:
        there = reverse("admin:catalog_migrationscript_changelist")
        return format_html('<a href="{}?domain__code__exact={}">{}</a>', there, domain.code, domain.script_count)
