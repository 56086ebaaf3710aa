"""Sign-offs: what clinic and finance say of each entity, and whether it is true still."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from catalog.browse import BrowseAdmin
from runs import services
from runs.actors import acting
from runs.admin.acting import by_request
from runs.admin.links import list_url, may_view
from runs.errors import MigratorError
from runs.models import Run, SignOff
from runs.reporting.digest import digest
from runs.reporting.layout import shown
from runs.reporting.signatures import Signature, Validity, totals

LABELS = {Validity.MISSING: "", Validity.SIGNED: "success", Validity.STALE: "danger"}
LATEST = 50


@admin.register(SignOff)
class SignOffAdmin(BrowseAdmin):
    """In place of a list of signatures: all entities, with what both roles say of them, and what they said before."""

    fields = ["entity", "role", "who", "at", "note", "totals", "digest", "revoked_at", "revoked_by"]

    def get_urls(self) -> list[URLPattern]:
        def page(name: str, view: Any) -> URLPattern:
            return path(f"{name}/", self.admin_site.admin_view(view), name=f"runs_signoff_{name}")

        return [page("sign", self.sign), page("revoke", self.revoke), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found, problem = services.sign_offs(), ""
        except MigratorError as error:
            found, problem = [], str(error)
        context = {
            **self.admin_site.each_context(request),
            "title": "Sign-offs",
            "problem": problem,
            "lines": sorted(lines(found), key=lambda line: (line["domain"], line["entity"])),
            "allowed": [role for role, permission in services.SIGNING.items() if request.user.has_perm(permission)],
            "may_see_report": may_view(request, Run),
            "counts": {state.label: sum(one.validity == state for one in found) for state in Validity},
            "history": SignOff.objects.all()[:LATEST],
        }
        return TemplateResponse(request, "runs/signoffs.html", context)

    def sign(self, request: HttpRequest) -> HttpResponse:
        """Signs one entity for one role, with the totals that the page showed."""

        def act(entity: str, role: str) -> str:
            given = request.POST
            services.sign_off(entity, role, given.get("note", ""), seen=given.get("seen", ""))
            return f"{entity} is signed for {role}."

        return self._act(request, act)

    def revoke(self, request: HttpRequest) -> HttpResponse:
        """Takes a role's signature back."""

        def act(entity: str, role: str) -> str:
            services.revoke_sign_off(entity, role)
            return f"The signature of {entity} for {role} is revoked."

        return self._act(request, act)

    def _act(self, request: HttpRequest, act: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        entity, role = request.POST.get("entity", ""), request.POST.get("role", "")
        permission = {str(known): permission for known, permission in services.SIGNING.items()}.get(role)
        if not (self.has_view_permission(request) and permission and request.user.has_perm(permission)):
            raise PermissionDenied
        try:
            with acting(by_request(request)):
                messages.success(request, act(entity, role))
        except MigratorError as error:
            messages.error(request, str(error))
        return redirect(f"{list_url(SignOff)}#{entity}")


def lines(found: list[Signature]) -> list[dict[str, Any]]:
    """An entity a line, with its totals, their digest, and both roles."""
    grouped: dict[str, list[Signature]] = {}
    for one in found:
        grouped.setdefault(one.entity, []).append(one)
    return [
        {
            "entity": entity,
            "domain": pair[0].standing.spec.domain,
            "standing": pair[0].standing,
            "money": [
                (field, shown(amount.arrived), shown(amount.target), bool(amount.difference))
                for field, amount in pair[0].standing.amounts.items()
            ],
            "seen": digest(totals(pair[0].standing)),
            "signatures": [(one, LABELS[one.validity]) for one in pair],
        }
        for entity, pair in grouped.items()
    ]
