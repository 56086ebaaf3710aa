"""The page of one failed record: what is wrong, the row then and now, what would be written, and what people did."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from legacy.looks import may_see_values, record_look
from runs import services
from runs.admin import correction_form
from runs.admin.links import legacy_row, link, list_url, may_view, row_url
from runs.admin.review_actions import ACTIONS, Action, action_named, allowed, carry_out
from runs.admin.review_pages import GROUP, GROUPS, page, reviewing
from runs.causes import cause
from runs.errors import MigratorError
from runs.ledger.models import Correction, FailedAttempt, FailedRecord, Page, RecordEvent
from runs.models import Run
from runs.services import Comparison, Selection
from runs.shapes import cells, secret

State = FailedRecord.State
STATES = {State.OPEN: "danger", State.CLOSED: "success", State.DISMISSED: "info", State.UNDONE: ""}
STATE_WORDS = {
    State.OPEN: "Open: the row is not in the new system.",
    State.CLOSED: "Closed: a later run migrated the row.",
    State.DISMISSED: "Dismissed: somebody decided that the row need not come; the history says why.",
    State.UNDONE: "Undone: the run that it failed in was taken back.",
}


@reviewing
def record_page(request: HttpRequest, key: str) -> HttpResponse:
    """The page of the failed record with this number."""
    record = FailedRecord.objects.filter(pk=key).first() if key.isdecimal() else None
    if record is None:
        messages.error(request, "There is no such failed record.")
        return redirect(GROUPS)
    return shown(request, record)


def shown(request: HttpRequest, record: FailedRecord, correcting: forms.Form | None = None) -> HttpResponse:
    """The page of a record; `correcting`: the form for a correction as it was sent, with what is wrong about it."""
    if may_see_values(request):
        record_look(request, FailedRecord, "Looked at the source row.", record)
    context = {"original": record, **described(request, record, correcting)}
    return page(request, "runs/failed_record.html", str(record), context)


def described(request: HttpRequest, record: FailedRecord, correcting: forms.Form | None) -> dict[str, Any]:
    """What the template needs."""
    reveal = may_see_values(request)
    found, unread = _compared(record, reveal)
    choices = correction_form.of_record(request, record, _paths(record, found))
    return {
        "record": record,
        "cause": cause(record.stage, record.code),
        "state_label": STATES[State(record.state)],
        "state_words": STATE_WORDS[State(record.state)],
        "reveal": reveal,
        "found": found,
        "unread": unread,
        "as_it_was": cells(record.source.items(), reveal) if found is None else [],
        "parents": _parents(request, found) if found else [],
        "siblings": [(one, row_url(FailedRecord, one.pk), cause(one.stage, one.code)) for one in _siblings(found)],
        "attempts": _attempts(request, record),
        "events": list(_of_row(RecordEvent, record)),
        "actions": _actions(request, record),
        "correction": correcting or correction_form.CorrectionForm(choices),
        "may_correct": bool(choices) and record.state == State.OPEN and allowed(request, "correct"),
        "correct_url": reverse("admin:ledger_failedrecord_correct", args=[record.pk]),
        **_links(request, record),
    }


@reviewing
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A correction of this row: shown what it would bring first, made when that is confirmed."""
    record = get_object_or_404(FailedRecord, pk=pk)
    found, _ = _compared(record, reveal=False)
    return correction_form.answer(
        request,
        choices=correction_form.of_record(request, record, _paths(record, found)),
        selection=Selection(records=[record.pk]),
        back=row_url(FailedRecord, record.pk),
        again=lambda form: shown(request, record, form),
    )


@require_POST
@reviewing
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carries out one of the actions on this record."""
    record = get_object_or_404(FailedRecord, pk=pk)
    chosen = action_named(action)
    run = carry_out(request, chosen, Selection(records=[record.pk]), chosen.form(request.POST))
    return redirect(row_url(Run, run.pk) if run and may_view(request, Run) else row_url(FailedRecord, record.pk))


def _compared(record: FailedRecord, reveal: bool) -> tuple[Comparison | None, str]:
    """The comparison, or why there is none."""
    try:
        return services.shown(record, reveal=reveal), ""
    except MigratorError as error:
        return None, str(error)
    except OperationalError:
        return None, "The legacy database cannot be read just now, so the row is shown as it was when it failed."


def _paths(record: FailedRecord, found: Comparison | None) -> list[str]:
    """The columns that can be corrected, those to blame first."""
    if found is None:
        return []
    columns = sorted(found.source, key=lambda column: not column.offending)
    return [column.path for column in columns if not secret(column.path)]


def _parents(request: HttpRequest, found: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "parent": parent,
            "row": legacy_row(request, parent.entity, parent.legacy_id),
            "failed_url": row_url(FailedRecord, parent.failed.pk) if parent.failed else "",
        }
        for parent in found.parents
    ]


def _siblings(found: Comparison | None) -> list[FailedRecord]:
    return found.siblings if found else []


def _of_row(model: Any, record: FailedRecord) -> Any:
    return model.objects.filter(entity=record.entity, legacy_id=record.legacy_id).order_by("-pk")


def _attempts(request: HttpRequest, record: FailedRecord) -> list[dict[str, Any]]:
    may = may_view(request, Run)
    return [
        {"attempt": one, "cause": cause(one.stage, one.code), "url": row_url(Run, one.run) if may else ""}
        for one in _of_row(FailedAttempt, record)
    ]


def _actions(request: HttpRequest, record: FailedRecord) -> list[tuple[Action, forms.Form, str]]:
    """What the user may do about the record as it is: (action, its form, where to send it)."""
    possible = {State.OPEN: ["retry", "dismiss"], State.DISMISSED: ["reopen"]}.get(State(record.state), [])
    return [
        (
            ACTIONS[name],
            ACTIONS[name].form(auto_id=f"id_{name}_%s", initial={"login": record.assignee}),
            reverse("admin:ledger_failedrecord_act", args=[record.pk, name]),
        )
        for name in (*possible, "assign", "note")
        if allowed(request, name)
    ]


def _links(request: HttpRequest, record: FailedRecord) -> dict[str, Any]:
    rows = FailedRecord.objects.filter(fingerprint=record.fingerprint, state=State.OPEN).count()
    mine = Correction.objects.filter(entity=record.entity, legacy_id=record.legacy_id, revoked_at=None)
    return {
        "legacy_row": legacy_row(request, record.entity, record.legacy_id),
        "group_url": reverse(GROUP, args=[record.fingerprint]),
        "group_rows": rows,
        "run_link": link(row_url(Run, record.run), f"Run {record.run}")
        if may_view(request, Run)
        else f"Run {record.run}",
        "page_url": row_url(Page, record.page_id) if may_view(request, Page) else "",
        "corrections": mine.count() if may_view(request, Correction) else 0,
        "corrections_url": list_url(Correction, entity=record.entity, legacy_id=record.legacy_id),
    }
