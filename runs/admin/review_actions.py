"""What staff may do about failed records: the permission, the form and the one service that each action calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from runs import services
from runs.actors import acting
from runs.admin.acting import by_request
from runs.errors import MigratorError
from runs.models import Run
from runs.services import Selection

OPERATE, DISMISS_IN_BULK = "runs.operate_run", "runs.dismiss_in_bulk"

#: What is done → who may do it to one failed record, and who to more than one.
PERMISSIONS = {
    "retry": (OPERATE, OPERATE),
    "dismiss": (OPERATE, DISMISS_IN_BULK),
    "reopen": (OPERATE, DISMISS_IN_BULK),
    "assign": (OPERATE, OPERATE),
    "note": (OPERATE, OPERATE),
    "correct": (OPERATE, OPERATE),
    "revoke": (OPERATE, OPERATE),
}


def _lines(label: str, hint: str = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )


class RetryForm(forms.Form):
    """Nothing has to be said about a retry."""


class DismissForm(forms.Form):
    reason = _lines("Reason", "Why these rows need not come. Write no personal data.")


class ReopenForm(forms.Form):
    reason = _lines("Reason", "What has changed. Write no personal data.", required=False)


class NoteForm(forms.Form):
    text = _lines("Note", "Everybody who may see failed records can read it. Write no personal data.")


class AssignForm(forms.Form):
    login = forms.ChoiceField(label="Assigned to", required=False, widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = get_user_model()._default_manager.filter(is_active=True, is_staff=True).order_by("username")
        self.fields["login"].choices = [  # type: ignore[attr-defined]
            ("", "nobody"),
            *((name, name) for name in staff.values_list("username", flat=True)),
        ]


@dataclass(frozen=True)
class Action:
    """`do` carries it out and says what was done in a sentence without values; a run that came of it is returned."""

    name: str
    title: str
    #: The title where it is about all records of a group or a selection.
    bulk_title: str
    icon: str
    form: type[forms.Form]
    do: Callable[[Selection, Mapping[str, Any]], tuple[str, Run | None]]


def _retry(selection: Selection, given: Mapping[str, Any]) -> tuple[str, Run | None]:
    run = services.enqueue(services.retry(selection))
    return f"{run} tries the rows again as soon as a worker takes it up.", run


def _dismiss(selection: Selection, given: Mapping[str, Any]) -> tuple[str, Run | None]:
    return f"{_rows(services.dismiss(selection, given['reason']))} dismissed.", None


def _reopen(selection: Selection, given: Mapping[str, Any]) -> tuple[str, Run | None]:
    return f"{_rows(services.reopen(selection, given['reason']))} open again.", None


def _assign(selection: Selection, given: Mapping[str, Any]) -> tuple[str, Run | None]:
    rows = services.assign(selection, given["login"])
    return f"{_rows(rows)} assigned to {given['login'] or 'nobody'}.", None


def _note(selection: Selection, given: Mapping[str, Any]) -> tuple[str, Run | None]:
    return f"The note was written on {_rows(services.note(selection, given['text']))}.", None


def _rows(number: int) -> str:
    return f"{number:,} failed record{'' if number == 1 else 's'}"


ACTIONS = {
    action.name: action
    for action in (
        Action("retry", "Retry", "Retry all", "replay", RetryForm, _retry),
        Action("dismiss", "Dismiss", "Dismiss all", "archive", DismissForm, _dismiss),
        Action("reopen", "Reopen", "Reopen all", "unarchive", ReopenForm, _reopen),
        Action("assign", "Assign", "Assign all", "person", AssignForm, _assign),
        Action("note", "Write note", "Write a note on all", "edit_note", NoteForm, _note),
    )
}


def action_named(name: str) -> Action:
    """Raises Http404 for an address that names no action."""
    if name not in ACTIONS:
        raise Http404
    return ACTIONS[name]


def many(selection: Selection) -> bool:
    """A group counts as many whatever it holds just now, as it may grow at any moment."""
    return selection.records is None or len(selection.records) > 1


def allowed(request: HttpRequest, what: str, in_bulk: bool = False) -> bool:
    return request.user.has_perm(PERMISSIONS[what][in_bulk])


def carry_out(request: HttpRequest, action: Action, selection: Selection, form: forms.Form) -> Run | None:
    """Does it and tells the user; what went wrong is told as well. Returns the run that came of it, if any."""
    if not allowed(request, action.name, many(selection)):
        raise PermissionDenied
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{form.fields[name].label}: {' '.join(map(str, errors))}")
        return None
    try:
        with acting(by_request(request)):
            words, run = action.do(selection, form.cleaned_data)
    except MigratorError as error:
        messages.error(request, str(error))
        return None
    messages.success(request, words)
    return run
