"""The report as a page for reading and printing, and as a file to take away."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from runs import services
from runs.admin.links import may_view
from runs.errors import MigratorError
from runs.models import Run
from runs.reporting.figures import Report
from runs.reporting.formats import FORMATS
from runs.reporting.formats.pages import context
from runs.reporting.scope import domains

#: So many of the latest runs are offered.
RUNS_OFFERED = 30


def report_page(request: HttpRequest) -> HttpResponse:
    """`of`: "run-3", a domain, or nothing for the whole migration; with `format` it is a file."""
    if not may_view(request, Run):
        raise PermissionDenied
    of = request.GET.get("of", "")
    shown, problem = None, ""
    try:
        report = services.report(**_scope(of))
        if "format" in request.GET:
            return _file(report, request.GET["format"])
        shown = context(report)
    except MigratorError as error:
        problem = str(error)
    page = {
        **admin.site.each_context(request),
        "title": "Report",
        "report": shown,
        "problem": problem,
        "of": of,
        "choices": _choices(),
        "formats": [(name, form.title) for name, form in FORMATS.items()],
    }
    return TemplateResponse(request, "runs/report.html", page, status=400 if problem else 200)


def _scope(of: str) -> dict[str, Any]:
    number = of.removeprefix("run-")
    return {"run": int(number)} if of.startswith("run-") and number.isdecimal() else {"domain": of}


def _file(report: Report, name: str) -> HttpResponse:
    form = services.report_format(name)
    made = slugify(report.made_at)
    ending = "txt" if name == "text" else name
    file_name = f"{report.figures['scope']['slug']}-{made}.{ending}"
    headers = {"Content-Disposition": content_disposition_header(True, file_name) or "attachment"}
    return HttpResponse(form.write(report), content_type=form.media_type, headers=headers)


def _choices() -> list[tuple[str, str]]:
    runs = Run.objects.filter(dry_run=False).order_by("-pk")[:RUNS_OFFERED]
    return [
        ("", "the whole migration"),
        *((domain, f"the domain {domain}") for domain in domains()),
        *((f"run-{run.pk}", f"run {run.pk}, {run.kind}, {run.get_state_display()}") for run in runs),
    ]
