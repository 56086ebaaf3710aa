"""The page on which a run is ordered: first what is wanted, then what would run, then it is handed to a worker."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget

from catalog.work import reads
from runs import services
from runs.actors import acting
from runs.admin.acting import by_request
from runs.admin.links import row_url
from runs.admin.run_actions import OPERATE
from runs.admin.work_form import WHAT, WorkForm, kind_of
from runs.engine.requirements import problems, warnings
from runs.errors import MigratorError, Refused, UsageError
from runs.models import Run


class StartForm(WorkForm):
    """What a run needs to be started."""

    limit = forms.IntegerField(
        required=False,
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="At most so many rows of each entity that were not migrated before; empty for all of them.",
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Why this run is made; kept with it, and shown to whoever may see runs.",
    )

    def check(self, given: dict[str, Any]) -> None:
        if given["limit"] and given["validate_only"]:
            raise UsageError("A validation compares whole tables: leave out the limit.")
        if found := problems(self.work):
            raise Refused(found)

    @property
    def options(self) -> services.Options:
        given = self.cleaned_data
        return services.Options(given["batch_size"], given["limit"], dry_run=given["dry_run"])

    @property
    def kind(self) -> Run.Kind:
        return Run.Kind.VALIDATION if self.cleaned_data["validate_only"] else Run.Kind.MIGRATION


def start_run(request: HttpRequest) -> HttpResponse:
    """Asks, shows what would run, and starts it: the second step comes with the button *Start run*."""
    if not request.user.has_perm(OPERATE):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, StartForm(initial=_wanted(request)))
    form = StartForm(request.POST)
    if not form.is_valid() or "change" in request.POST:
        return _page(request, form)
    if "start" not in request.POST:
        return _page(request, form, plan=_plan(form), warnings=warnings(form.work))
    try:
        run = _start(request, form)
    except MigratorError as error:
        form.add_error(None, str(error))
        return _page(request, form)
    messages.success(request, f"{run} is queued: a background worker will take it up.")
    return redirect(row_url(Run, run.pk))


def _start(request: HttpRequest, form: StartForm) -> Run:
    with acting(by_request(request)), transaction.atomic():
        run = services.start(form.work, form.options, note=form.cleaned_data["note"], kind=form.kind)
        return services.enqueue(run)


def _wanted(request: HttpRequest) -> dict[str, Any]:
    """What a link to this page asks for, such as `?scripts=5`."""
    return {name: request.GET.getlist(name) for name in WHAT[1:] if name in request.GET}


def _plan(form: StartForm) -> list[dict[str, Any]]:
    """What would run, in its order."""
    return [
        {
            "name": one.name,
            "kind": kind_of(one),
            "script": one.script,
            "domain": one.domain,
            "tables": ", ".join(spec.source._meta.db_table for spec in reads(one)),
        }
        for one in form.work
    ]


def _page(request: HttpRequest, form: StartForm, **more: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Start a run", "form": form, "media": form.media, **more}
    return TemplateResponse(request, "runs/start_run.html", context)
