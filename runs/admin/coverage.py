"""Coverage: what becomes of every legacy table and column, as it is and as it was when snapshots were taken."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from catalog.browse import BrowseAdmin
from catalog.coverage import coverage, restored, snapshot
from catalog.models import CoverageSnapshot
from runs.admin.coverage_page import described, history, with_values

HERE = "admin:catalog_coveragesnapshot_changelist"
MAY_TAKE = "catalog.add_coveragesnapshot"


@admin.register(CoverageSnapshot)
class CoverageAdmin(BrowseAdmin):
    """In place of a list of snapshots: the coverage as it is just now, with the snapshots as its history."""

    def get_urls(self) -> list[URLPattern]:
        take = self.admin_site.admin_view(self.take)
        return [path("take/", take, name="catalog_coveragesnapshot_take"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._refuse_strangers(request)
        try:
            found, reachable = coverage(), True
        except Error:
            found, reachable = coverage(live=False), False
        latest = CoverageSnapshot.objects.first()
        shown = with_values(found, restored(latest.data)) if latest else found
        context = {
            "title": "Coverage",
            "unreachable": not reachable,
            "may_take": reachable and request.user.has_perm(MAY_TAKE),
            "counted_at": latest and latest.taken_at,
            "history": history(),
        }
        return self._page(request, {**context, **described(request, shown)})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._refuse_strangers(request)
        past = self.get_object(request, object_id)
        if past is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {"title": str(past), "past": past, "counted_at": past.taken_at}
        return self._page(request, {**context, **described(request, restored(past.data))})

    def take(self, request: HttpRequest) -> HttpResponse:
        """Stores the coverage of this moment, with the values that are left behind."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self._refuse_strangers(request)
        if not request.user.has_perm(MAY_TAKE):
            raise PermissionDenied
        try:
            data = snapshot()
        except Error:
            messages.error(request, "The legacy database cannot be read just now, so no snapshot was taken.")
            return redirect(HERE)
        taken = CoverageSnapshot.objects.create(data=data)
        self.log_addition(request, taken, "Took a snapshot of the coverage.")
        messages.success(request, "A snapshot was taken.")
        return redirect(HERE)

    def _refuse_strangers(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        return TemplateResponse(request, "runs/coverage.html", {**self.admin_site.each_context(request), **context})
