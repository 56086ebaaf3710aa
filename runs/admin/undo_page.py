"""The page on which a rollback is weighed and ordered: first what it would do, then a typed confirmation."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from runs import services
from runs.actors import acting
from runs.admin.acting import by_request
from runs.admin.links import row_url
from runs.admin.run_actions import UNDO
from runs.admin.undo_form import UndoForm
from runs.errors import MigratorError
from runs.execution import describe
from runs.models import Run
from runs.states import State

#: What the plan counts, in words.
FATES = {
    "delete": "to be deleted",
    "restore": "get back what they held before",
    "release": "were there before us and stay",
    "keep": "stay as they are",
    "edited": "were edited since",
    "gone": "somebody has deleted already",
}


def undo_page(request: HttpRequest) -> HttpResponse:
    """Shows the plan; with the button *Undo* and the typed confirmation it is handed to a worker."""
    if not request.user.has_perm(UNDO):
        raise PermissionDenied
    form = UndoForm.of(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _page(request, form)
    try:
        if "undo" in request.POST and _confirmed(form):
            run = _undo(request, form)
            messages.success(request, f"{run} is queued: a background worker will take it up.")
            return redirect(row_url(Run, run.pk))
        plan = services.undo_plan(form.wanted)
    except MigratorError as error:
        form.add_error(None, str(error))
    except DatabaseError as error:
        form.add_error(None, f"A database refused ({describe(error)}).")
    else:
        return _page(request, form, plan=plan, totals=_totals(plan))
    return _page(request, form)


def _confirmed(form: UndoForm) -> bool:
    if form.confirmed:
        return True
    form.add_error("confirmation", f"Nothing was done. Type “{form.phrase}” to confirm.")
    return False


def _undo(request: HttpRequest, form: UndoForm) -> Run:
    with acting(by_request(request)), transaction.atomic():
        run = services.undo(form.wanted, form.cleaned_data["note"])
        # One of the same that is not at its end yet is taken up again.
        return run if run.state == State.QUEUED else services.enqueue(run)


def _totals(plan: Any) -> list[tuple[str, int, str]]:
    """(name, rows, words) of what would become of all rows; what is 0 is left out."""
    sums = {name: sum(getattr(part, name) for part in plan.parts) for name in FATES}
    return [(name, rows, FATES[name]) for name, rows in sums.items() if rows]


def _page(request: HttpRequest, form: UndoForm, **more: Any) -> HttpResponse:
    subject = form.subject if not form.errors.get("run") and hasattr(form, "cleaned_data") else ""
    context = {
        **admin.site.each_context(request),
        "title": f"Undo {subject}" if subject else "Undo",
        "form": form,
        "subject": subject,
        "run_url": row_url(Run, form.cleaned_data["run"]) if subject and form.cleaned_data["run"] else "",
        "media": form.media,
        **more,
    }
    return TemplateResponse(request, "runs/undo.html", context)
