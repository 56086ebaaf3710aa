"""Links between the pages of the admin, for those who may follow them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.declare import Spec
from catalog.registry import UnknownEntity, spec


def declared(entity: str) -> Spec | None:
    """The declaration of an entity; None for one that has been withdrawn since."""
    try:
        return spec(entity)
    except UnknownEntity:
        return None


def list_url(model: type[Model], **filters: Any) -> str:
    """The list of a model with these filters; empty ones are left out."""
    query = urlencode({name: value for name, value in filters.items() if value not in ("", None)})
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{path}?{query}" if query else path


def row_url(model: type[Model], key: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])


def may_view(request: HttpRequest, model: type[Model]) -> bool:
    """Whether the admin would show this model to the user."""
    return admin.site.is_registered(model) and admin.site.get_model_admin(model).has_view_permission(request)


def legacy_row(request: HttpRequest, entity: str, legacy_id: str) -> SafeString | str:
    """The legacy id, leading to the legacy row for those who may see it.

    The part of a split row ("12:b") leads to the row that it is a part of ("12").
    """
    found = declared(entity)
    if found is None or not may_view(request, found.source):
        return legacy_id
    return format_html('<a href="{}">{}</a>', row_url(found.source, legacy_id.partition(":")[0]), legacy_id)


def target_row(request: HttpRequest, entity: str, target_id: Any) -> SafeString | str:
    """The UUID, leading to the target row for those who may see it."""
    found = declared(entity)
    if found is None or not may_view(request, found.target):
        return str(target_id)
    return format_html('<a href="{}">{}</a>', row_url(found.target, target_id), target_id)


def link(url: str, text: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text)
