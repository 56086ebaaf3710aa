"""The universal look-up: one box, and everything that is known of the row, as far as its reader may see it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from catalog.models import MigrationScript
from catalog.registry import spec
from runs import services
from runs.admin.links import list_url, may_view, row_url
from runs.errors import MigratorError
from runs.ledger.models import (
    BeforeImage,
    Correction,
    FailedRecord,
    Mapping,
    Page,
    PendingReference,
    RemovedRow,
    Resolution,
)
from runs.models import Finding, Run

#: What the page tells comes from these: who may see none of them has nothing to look up.
TELLING: tuple[type[Model], ...] = (Mapping, FailedRecord)

#: Part of what is told → the model whose view permission it takes.
GUARDED: dict[str, type[Model]] = {
    "failure": FailedRecord,
    "attempts": FailedRecord,
    "events": FailedRecord,
    "corrections": Correction,
    "resolutions": Resolution,
    "pending": PendingReference,
    "waiting": PendingReference,
    "images": BeforeImage,
    "removed": RemovedRow,
    "findings": Finding,
    "mapping": Mapping,
    "parents": Mapping,
    "children": Mapping,
    "runs": Run,
}
#: Parts whose lines have a page of their own, by their number.
WITH_PAGES = ("failure", "corrections", "resolutions", "pending", "images", "removed", "findings", "mapping")


class Link(NamedTuple):
    """A text, and where it leads; `url` is empty for those who may not go there."""

    text: str
    url: str = ""


def may_look_up(request: HttpRequest) -> bool:
    return any(may_view(request, model) for model in TELLING)


def lookup(request: HttpRequest) -> HttpResponse:
    """`q`: what somebody has in hand."""
    if not may_look_up(request):
        raise PermissionDenied
    text = request.GET.get("q", "")
    context: dict[str, Any] = {**admin.site.each_context(request), "title": "Look up", "q": text}
    if text.strip():
        try:
            context |= described(request, services.look_up(text))
        except MigratorError as error:
            context["problem"] = str(error)
    return TemplateResponse(request, "runs/lookup.html", context)


def described(request: HttpRequest, found: dict[str, Any]) -> dict[str, Any]:
    """What the template shows: the answer, with links for those who may follow them."""
    return {
        "found": True,
        "places": [_brief(request, one) for one in found["places"]],
        "place": _place(request, found["place"]) if found["place"] else None,
        "strays": [(one["table"], _target(request, one["entity"], one["target_id"])) for one in found["strays"]],
    }


def _brief(request: HttpRequest, place: dict[str, Any]) -> dict[str, Any]:
    may_fail, may_map = may_view(request, FailedRecord), may_view(request, Mapping)
    states = [f"failed, {place['failed']}"] if place["failed"] and may_fail else []
    states += ["arrived"] if place["target_id"] and may_map else []
    states += [] if place["there"] else ["gone from the legacy database"]
    states += ["out of scope"] if place["there"] and not place["in_scope"] else []
    return {**place, "url": again(place["entity"], place["legacy_id"]), "states": ", ".join(states) or "not migrated"}


def _place(request: HttpRequest, told: dict[str, Any]) -> dict[str, Any]:
    """The parts that the reader may see; None for one that he may not."""
    entity, may = told["entity"], {name: may_view(request, model) for name, model in GUARDED.items()}
    place = {name: value if may.get(name, True) else None for name, value in told.items()}
    for name in WITH_PAGES:
        value = place[name]
        for one in [value] if isinstance(value, dict) else value or []:
            one["url"] = row_url(GUARDED[name], one["pk"])
    _with_runs(request, place)
    for one in place["parents"] or []:
        one["holds"] = one["holds"] and _target(request, one["entity"], one["holds"])
        for key in one["keys"]:
            key["url"] = again(one["entity"], key["legacy_id"])
            if not may["failure"] and key["state"].startswith("failed"):
                key["state"] = "not in the target"
    for one in place["children"] or []:
        target = spec(one["entity"]).target
        one["url"] = list_url(target, **{one["attname"]: told["target_id"]}) if may_view(request, target) else ""
    for one in place["pending"] or []:
        one["parent_url"] = again(one["parent_entity"], one["parent_legacy_id"])
    return {
        **place,
        "legacy": _legacy(request, entity, told["legacy_id"]) if told["there"] else None,
        "target": _target(request, entity, told["target_id"]) if told["target_id"] and may["mapping"] else None,
        "script_url": row_url(MigrationScript, told["script"]) if may_view(request, MigrationScript) else "",
        "failed": told["failed"] if may["failure"] else None,
    }


def _with_runs(request: HttpRequest, place: dict[str, Any]) -> None:
    """Links to runs and pages, wherever they are named."""
    may_run, may_page = may_view(request, Run), may_view(request, Page)
    lines = [one for name in ("attempts", "images", "removed", "resolutions", "runs") for one in place[name] or []]
    for one in [*lines, *(one for one in (place["mapping"], place["failure"]) if one)]:
        one["run_url"] = row_url(Run, one["run"]) if may_run else ""
        if "page" in one:
            one["page_url"] = row_url(Page, one["page"]) if may_page else ""


def _legacy(request: HttpRequest, entity: str, legacy_id: str) -> Link:
    source, key = spec(entity).source, legacy_id.partition(":")[0] if spec(entity).each else legacy_id
    return Link(f"{source._meta.db_table} {key}", row_url(source, key) if may_view(request, source) else "")


def _target(request: HttpRequest, entity: str, target_id: str) -> Link:
    target = spec(entity).target
    return Link(target_id, row_url(target, target_id) if may_view(request, target) else "")


def again(entity: str, legacy_id: str) -> str:
    """The look-up of another row."""
    return f"{reverse('lookup')}?{urlencode({'q': f'{entity}:{legacy_id}'})}"
