"""What staff may decide about findings that they have selected in the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextareaWidget

from runs import services
from runs.actors import acting
from runs.admin.acting import by_request
from runs.admin.review_pages import selection_page
from runs.errors import MigratorError
from runs.models import Finding

PERMISSION = "runs.handle_finding"


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        help_text="Kept with the finding, for whoever reads it later. Write no personal data.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


class WaiverForm(ReasonForm):
    until = forms.DateField(
        label="Until", help_text="The last day on which they do not count.", widget=UnfoldAdminSingleDateWidget()
    )


@dataclass(frozen=True)
class Action:
    """`do` carries it out for some findings, by their keys, and says how many they were."""

    name: str
    title: str
    icon: str
    done: str
    form: type[forms.Form]
    do: Callable[[list[int], Mapping[str, Any]], int]


ACTIONS = (
    Action(
        *("acknowledge", "Acknowledge", "done_all", "acknowledged"),
        ReasonForm,
        lambda keys, given: services.acknowledge(keys, given["reason"]),
    ),
    Action(
        *("waive", "Waive", "event_busy", "waived"),
        WaiverForm,
        lambda keys, given: services.waive(keys, given["reason"], given["until"]),
    ),
    Action(
        *("reopen", "Reopen", "unarchive", "open again"),
        ReasonForm,
        lambda keys, given: services.reopen_findings(keys, given["reason"]),
    ),
)


def actions(request: HttpRequest) -> dict[str, Any]:
    """What the user may do, as Django's admin wants it."""
    if not request.user.has_perm(PERMISSION):
        return {}
    return {one.name: (partial(_act, action=one), one.name, f"{one.title} the selected findings") for one in ACTIONS}


def _act(model_admin: Any, request: HttpRequest, queryset: QuerySet[Finding], action: Action) -> HttpResponse | None:
    """Asks for the reason, then does it and tells the user."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    keys = list(queryset.values_list("pk", flat=True))
    form = action.form(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        try:
            with acting(by_request(request)):
                number = action.do(keys, form.cleaned_data)
            messages.success(request, f"{number:,} finding{'' if number == 1 else 's'} {action.done}.")
            return None
        except MigratorError as error:
            form.add_error(None, str(error))
    return selection_page(request, action, form, len(keys), "finding")
