"""The sidebar: what the user may open, in groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from runs.admin.lookup import may_look_up

#: Group → (model, title, icon).
GROUPS: dict[str, list[tuple[str, str, str]]] = {
    "Migrate": [
        ("catalog.MigrationScript", "Scripts", "format_list_numbered"),
        ("runs.Run", "Runs", "play_circle"),
        ("ledger.FailedRecord", "Failed records", "error"),
        ("ledger.Correction", "Corrections", "edit"),
        ("runs.Finding", "Findings", "fact_check"),
        ("catalog.CoverageSnapshot", "Coverage", "donut_large"),
        ("runs.SignOff", "Sign-offs", "verified"),
    ],
    "Ledger": [
        ("ledger.Mapping", "Mappings", "link"),
        ("ledger.Page", "Pages", "layers"),
        ("ledger.Resolution", "Resolutions", "rule"),
        ("ledger.PendingReference", "Pending references", "hourglass_top"),
        ("ledger.BeforeImage", "Before-images", "history"),
        ("ledger.RemovedRow", "Removed rows", "delete_sweep"),
    ],
    "Background": [
        ("django_q.Schedule", "Schedules", "schedule"),
        ("django_q.OrmQ", "Queued tasks", "pending_actions"),
        ("django_q.Success", "Successful tasks", "task_alt"),
        ("django_q.Failure", "Failed tasks", "cancel"),
    ],
    "Access": [
        ("auth.User", "Users", "person"),
        ("auth.Group", "Groups", "group"),
        ("admin.LogEntry", "Record of actions", "visibility"),
    ],
}
#: Where a table opens elsewhere than with its list: model → name of the page.
OPENS_ON = {
    "ledger.FailedRecord": "admin:ledger_failedrecord_groups",
    "django_q.Schedule": "admin:runs_run_schedules",
}
#: Group → app whose tables it lists.
TABLES = {"Target tables": ("target", "table"), "Legacy tables": ("legacy", "database")}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the sidebar that have something for this user."""
    home = {"title": "Dashboard", "icon": "dashboard", "link": reverse("admin:index")}
    groups = {title: _items(request, entries) for title, entries in GROUPS.items()}
    groups["Migrate"] = [home, *_look_up(request), *groups["Migrate"], *_report(request)]
    tables = {title: _tables(request, *place) for title, place in TABLES.items()}
    order = ["Migrate", "Ledger", *tables, "Background", "Access"]
    return [
        {"title": title, "separator": title != "Migrate", "collapsible": title in tables, "items": items}
        for title in order
        if (items := {**groups, **tables}.get(title))
    ]


def _look_up(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"title": "Look up", "icon": "search", "link": reverse("lookup")}] if may_look_up(request) else []


def _report(request: HttpRequest) -> list[dict[str, Any]]:
    item = {"title": "Report", "icon": "summarize", "link": reverse("report")}
    return [item] if _may_see(request, apps.get_model("runs.Run")) else []


def _items(request: HttpRequest, entries: Iterable[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "icon": icon,
            "link": reverse(OPENS_ON[label]) if label in OPENS_ON else _list_of(apps.get_model(label)),
            "active": request.path.startswith(_list_of(apps.get_model(label))),
        }
        for label, title, icon in entries
        if _may_see(request, apps.get_model(label))
    ]


def _tables(request: HttpRequest, app_label: str, icon: str) -> list[dict[str, Any]]:
    models = sorted(apps.get_app_config(app_label).get_models(), key=lambda model: model._meta.db_table)
    return [
        {"title": model._meta.db_table, "icon": icon, "link": _list_of(model)}
        for model in models
        if _may_see(request, model)
    ]


def _may_see(request: HttpRequest, model: type[Model]) -> bool:
    return admin.site.is_registered(model) and admin.site.get_model_admin(model).has_view_permission(request)


def _list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
