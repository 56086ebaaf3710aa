"""The addresses of what is about runs, beside Django's own list and page."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path

from runs.admin.links import may_view
from runs.admin.now import now
from runs.admin.run_actions import act
from runs.admin.run_page import described
from runs.admin.schedules import schedules
from runs.admin.start_run import start_run
from runs.admin.undo_page import undo_page
from runs.models import Run


def progress(request: HttpRequest, number: int) -> HttpResponse:
    """The part of a run's page that changes while the run goes on."""
    if not may_view(request, Run):
        raise PermissionDenied
    return render(request, "runs/run_live.html", described(request, get_object_or_404(Run, pk=number)))


def now_part(request: HttpRequest) -> HttpResponse:
    """The part of the dashboard that changes while runs go on."""
    if not may_view(request, Run):
        raise PermissionDenied
    return render(request, "runs/now.html", now(request))


def run_urls(site: AdminSite) -> list[URLPattern]:
    """Each view is behind the login, and asks for its own permission."""

    def page(route: str, view: Any, name: str) -> URLPattern:
        return path(route, site.admin_view(view), name=f"runs_run_{name}")

    return [
        page("now/", now_part, "now"),
        page("start/", start_run, "start"),
        page("schedules/", schedules, "schedules"),
        page("undo/", undo_page, "undo"),
        page("<int:number>/progress/", progress, "progress"),
        page("<int:number>/<slug:name>/do/", act, "act"),
    ]
