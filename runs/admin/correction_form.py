"""The form for a correction, and the two steps in which it is answered: what it would bring, and its making."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from legacy.looks import may_see_values
from runs import services
from runs.actors import acting
from runs.admin.acting import by_request
from runs.admin.links import may_view, row_url
from runs.admin.review_actions import ACTIONS, allowed, carry_out
from runs.admin.review_pages import page
from runs.errors import MigratorError
from runs.ledger.models import FailedRecord
from runs.models import Run
from runs.services import Selection, Wanted
from runs.shapes import Cell, cell


@dataclass(frozen=True)
class Choice:
    """A wrong value that can be chosen. `token` names it in the form, which so holds no legacy value."""

    token: str
    shown: Cell
    #: What is wrong, without what is right instead.
    wanted: Wanted
    #: The entity whose legacy keys the column holds; empty for a column of values.
    parent: str
    rows: int = 1


class CorrectionForm(forms.Form):
    """Which value is wrong, and what it means: another value, nothing, or a row of the new system."""

    what = forms.CharField(label="Wrong value", widget=forms.HiddenInput)
    new = forms.CharField(label="The right value", required=False, strip=False, widget=UnfoldAdminTextInputWidget())
    nothing = forms.BooleanField(label="Nothing: leave it empty (NULL)", required=False)
    target_id = forms.UUIDField(
        label="Or a row of the new system",
        required=False,
        help_text="Its UUID; it has to be there.",
        widget=UnfoldAdminTextInputWidget(),
    )
    reason = forms.CharField(
        label="Reason",
        help_text="How you know. It is kept with the correction; write no personal data.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )

    def __init__(self, choices: Sequence[Choice], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {choice.token: choice for choice in choices}
        self.fields["nothing"].widget = UnfoldBooleanWidget()
        parents = sorted({choice.parent for choice in choices})
        if any(parents):
            key = f"The row of {' or '.join(parents)} with this legacy key"
            self.fields["new"].label = key if all(parents) else "The right value, or the legacy key of the right row"
        else:
            self.fields["new"].help_text = "As the old system would write it."
            del self.fields["target_id"]

    def clean_what(self) -> str:
        if self.cleaned_data["what"] not in self.choices:
            raise forms.ValidationError("Choose the wrong value. What it was chosen from may have changed.")
        return str(self.cleaned_data["what"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if sum(bool(given.get(name)) for name in ("new", "nothing", "target_id")) != 1:
            raise forms.ValidationError("Say what the value means in exactly one of the ways.")
        return given

    @property
    def chosen(self) -> str:
        """The token that is chosen so far; the only one if there is no choice."""
        sent = self.data.get("what", "") if self.is_bound else ""
        return sent or (next(iter(self.choices)) if len(self.choices) == 1 else "")

    def wanted(self) -> Wanted:
        """The correction that a valid form asks for."""
        given = self.cleaned_data
        return replace(
            self.choices[given["what"]].wanted,
            new=given["new"] or None,
            target_id=given.get("target_id"),
            reason=given["reason"],
        )


def of_group(request: HttpRequest, fingerprint: str) -> list[Choice]:
    """The values behind the open records of a group. Keys of other rows are shown to everybody."""
    try:
        columns = services.wrong_columns(fingerprint)
    except MigratorError:
        return []
    reveal = may_see_values(request)
    found = []
    for column in columns:
        for value in column.values:
            shown = cell(column.path, value.value, reveal or bool(column.parent))
            found.append(Choice(_token(value.wanted), shown, value.wanted, column.parent, value.rows))
    return found


def of_record(request: HttpRequest, record: FailedRecord, paths: Sequence[str]) -> list[Choice]:
    """The columns of one record, in this order."""
    reveal = may_see_values(request)
    found = []
    for path in paths:
        wanted, parent = services.of_record(record, path), services.parent_of(record.entity, path)
        found.append(Choice(_token(wanted), cell(path, record.source.get(path), reveal), wanted, parent))
    return found


def _token(wanted: Wanted) -> str:
    said = "-" if wanted.old is None else f"+{wanted.old}"
    return salted_hmac("runs.admin.correction", f"{wanted.entity}:{wanted.path}:{said}").hexdigest()[:24]


def answer(
    request: HttpRequest,
    choices: Sequence[Choice],
    selection: Selection,
    back: str,
    again: Callable[[forms.Form], HttpResponse],
) -> HttpResponse:
    """Shows what the correction would bring, or makes it if that was confirmed; `again` shows the form with errors.

    With `then=retry` the records of the selection are tried again at once.
    """
    in_bulk = selection.records is None
    if not allowed(request, "correct", in_bulk):
        raise PermissionDenied
    if request.method != "POST":
        return redirect(back)
    form = CorrectionForm(choices, request.POST)
    if not form.is_valid():
        return again(form)
    try:
        with acting(by_request(request)):
            if "confirmed" not in request.POST:
                return _preview(request, form, back, in_bulk)
            made = services.correct(form.wanted())
    except MigratorError as error:
        form.add_error(None, str(error))
        return again(form)
    messages.success(request, f"Correction {made.pk} is in force: every later run reads {made.path} so.")
    if request.POST.get("then") == "retry":
        run = carry_out(request, ACTIONS["retry"], selection, ACTIONS["retry"].form({}))
        if run and may_view(request, Run):
            return redirect(row_url(Run, run.pk))
    return redirect(back)


def _preview(request: HttpRequest, form: CorrectionForm, back: str, in_bulk: bool) -> HttpResponse:
    choice = form.choices[form.cleaned_data["what"]]
    given = form.cleaned_data
    context = {
        "form": form,
        "choice": choice,
        "nothing": given["nothing"],
        "meant": given["new"] or given.get("target_id"),
        "found": services.rehearse(form.wanted()),
        "back": back,
        "in_bulk": in_bulk,
    }
    return page(request, "runs/correction_preview.html", "What the correction would bring", context)
