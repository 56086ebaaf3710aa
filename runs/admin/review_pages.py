"""What the pages of the review share: who may open them, and what they do when the target database is away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from runs.admin.links import may_view
from runs.ledger.models import FailedRecord

GROUPS = "admin:ledger_failedrecord_groups"
GROUP = "admin:ledger_failedrecord_group"

View = Callable[..., HttpResponse]


def reviewing(view: View) -> View:
    """A page for whoever may see failed records."""

    @wraps(view)
    def guarded(request: HttpRequest, **given: Any) -> HttpResponse:
        if not may_view(request, FailedRecord):
            raise PermissionDenied
        try:
            return view(request, **given)
        except OperationalError:
            messages.error(request, "The target database cannot be read just now, so failed records cannot be shown.")
            return redirect("admin:index")

    return guarded


def selection_page(request: HttpRequest, action: Any, form: Form, rows: int, what: str) -> HttpResponse:
    """Asks for what has to be said about an action on the ticked rows of a list, such as `what` "finding"."""
    context = {
        "action": action,
        "form": form,
        "what": what,
        "rows": rows,
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "select_across": request.POST.get("select_across", "0"),
        "checkbox": ACTION_CHECKBOX_NAME,
        "back": request.get_full_path(),
    }
    title = f"{action.title} the selected {what.rpartition(' ')[2]}s"
    return page(request, "runs/selection.html", title, context)


def page(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    shared = {**admin.site.each_context(request), "opts": FailedRecord._meta, "title": title}
    return TemplateResponse(request, template, {**shared, **context})
