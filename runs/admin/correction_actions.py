"""What can be done about corrections: they are revoked, and the failed records that they speak of are tried again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminTextareaWidget

from runs import services
from runs.actors import acting
from runs.admin.acting import by_request
from runs.admin.links import may_view, row_url
from runs.admin.review_actions import ACTIONS, allowed, carry_out
from runs.errors import MigratorError
from runs.ledger.models import Correction
from runs.models import Run
from runs.services import Selection

LIST = "admin:ledger_correction_changelist"


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        help_text="Rows that arrived with it stay as they are. Write no personal data.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


def possible(request: HttpRequest, made: Correction) -> dict[str, Any]:
    """What the user may do about a correction as it is."""
    rows = len(services.spoken_of([made.pk])) if made.revoked_at is None else 0
    return {
        "open_rows": rows,
        "retry_url": reverse("admin:ledger_correction_retry") if rows and allowed(request, "retry", True) else "",
        "revoke_url": reverse("admin:ledger_correction_revoke", args=[made.pk])
        if made.revoked_at is None and allowed(request, "revoke")
        else "",
        "revoke_form": RevokeForm(),
    }


def _guard(request: HttpRequest, what: str, in_bulk: bool = False) -> None:
    if not may_view(request, Correction) or not allowed(request, what, in_bulk):
        raise PermissionDenied


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a correction out of force."""
    _guard(request, "revoke")
    made, form = get_object_or_404(Correction, pk=pk), RevokeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why the correction is revoked.")
        return redirect(row_url(Correction, made.pk))
    try:
        with acting(by_request(request)):
            services.revoke(made.pk, form.cleaned_data["reason"])
    except MigratorError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Correction {made.pk} is revoked: later runs read the legacy value as it is.")
    return redirect(row_url(Correction, made.pk))


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Tries the open failed records again that the corrections in `corrections` ("3,5,8") speak of."""
    _guard(request, "retry", in_bulk=True)
    numbers = [int(number) for number in request.POST.get("corrections", "").split(",") if number.isdecimal()]
    records = services.spoken_of(numbers)
    if not records:
        messages.error(request, "No open failed record is left of those that the corrections speak of.")
        return redirect(LIST)
    run = carry_out(request, ACTIONS["retry"], Selection(records=records), ACTIONS["retry"].form({}))
    return redirect(row_url(Run, run.pk) if run and may_view(request, Run) else LIST)
