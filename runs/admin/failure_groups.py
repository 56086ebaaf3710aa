"""Failed records by cause: where a review begins, and what can be done about all records of one cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from catalog.registry import specs
from catalog.repair import repairs
from legacy.looks import may_see_values, record_look
from runs import services
from runs.admin import correction_form
from runs.admin.links import legacy_row, list_url, may_view, row_url
from runs.admin.review_actions import ACTIONS, Action, action_named, allowed, carry_out
from runs.admin.review_pages import GROUP, GROUPS, page, reviewing
from runs.ledger.models import Correction, FailedRecord
from runs.models import Run
from runs.services import Filter, Group, Selection
from runs.sheets import may_import

State = FailedRecord.State
ANY = "any"
#: Groups of a list, and records of a group's page.
MOST, RECORDS = 200, 25


def _select(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=UnfoldAdminSelectWidget())


class GroupFilter(forms.Form):
    """What a list of groups can be narrowed by. It goes into the address, so that none of it is a legacy value."""

    text = forms.CharField(
        label="Words",
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "of the cause, field or message"}),
    )
    domain = _select("Domain", [])
    entity = _select("Entity", [])
    stage = _select("Stage", [("", "any"), *FailedRecord.Stage.choices])
    state = _select("State", [*State.choices, (ANY, "any")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        domains = sorted({spec.domain for spec in specs()})
        entities = sorted({*(spec.name for spec in specs()), *(repair.name for repair in repairs())})
        for name, values in (("domain", domains), ("entity", entities)):
            self.fields[name].choices = [("", "all"), *((value, value) for value in values)]  # type: ignore[attr-defined]

    def wanted(self) -> Filter:
        """The filter of the service; the open ones where something else was asked for than is offered."""
        given = dict(self.cleaned_data) if self.is_valid() else {}
        state = given.pop("state", "") or State.OPEN
        return Filter(**given, state="" if state == ANY else state)


@dataclass(frozen=True)
class Line:
    """A group in the list."""

    group: Group
    url: str

    @property
    def percent(self) -> float:
        """Its part of the records that the filter lets through, as wide as its bar."""
        return round(100 * self.group.share, 1)

    @property
    def examples(self) -> list[tuple[str, str]]:
        """Each column to blame with what some records hold in it: kinds and sizes, no values."""
        found: dict[str, list[str]] = {}
        for example in self.group.examples:
            for path, shape in example.values.items():
                found.setdefault(path, []).append(shape)
        return [(path, ", ".join(dict.fromkeys(shapes))) for path, shapes in found.items()]


@reviewing
def groups_page(request: HttpRequest) -> HttpResponse:
    form = GroupFilter({"state": State.OPEN, **request.GET.dict()})
    found = services.groups(form.wanted())
    context = {
        "form": form,
        "filtered": bool(request.GET),
        "lines": [Line(group, reverse(GROUP, args=[group.fingerprint])) for group in found[:MOST]],
        "groups": len(found),
        "rows": sum(group.rows for group in found),
        "reset_url": reverse(GROUPS),
        "records_url": list_url(FailedRecord),
        "corrections_url": list_url(Correction) if may_view(request, Correction) else "",
    }
    return page(request, "runs/failure_groups.html", "Failed records by cause", context)


@reviewing
def group_page(request: HttpRequest, fingerprint: str) -> HttpResponse:
    return shown(request, fingerprint)


@reviewing
def correct_group(request: HttpRequest, fingerprint: str) -> HttpResponse:
    """One rule for all records of a group: shown what it would bring first, made when that is confirmed."""
    return correction_form.answer(
        request,
        choices=correction_form.of_group(request, fingerprint),
        selection=Selection(fingerprint=fingerprint),
        back=reverse(GROUP, args=[fingerprint]),
        again=lambda form: shown(request, fingerprint, form),
    )


@require_POST
@reviewing
def act_on_group(request: HttpRequest, fingerprint: str, action: str) -> HttpResponse:
    """Carries out one of the actions on all records of a group."""
    chosen = action_named(action)
    run = carry_out(request, chosen, Selection(fingerprint=fingerprint), chosen.form(request.POST))
    return redirect(row_url(Run, run.pk) if run and may_view(request, Run) else reverse(GROUP, args=[fingerprint]))


def shown(request: HttpRequest, fingerprint: str, correcting: forms.Form | None = None) -> HttpResponse:
    """The page of a group; `correcting`: the form for a rule as it was sent, with what is wrong about it."""
    records = FailedRecord.objects.filter(fingerprint=fingerprint)
    states = dict(records.order_by().values_list("state").annotate(rows=Count("pk")))
    if not states:
        messages.error(request, "There is no such group of failed records: its rows may fail for another cause.")
        return redirect(GROUPS)
    few = services.groups(Filter(fingerprint=fingerprint, state=State.OPEN if State.OPEN in states else ""))[0]
    may_correct = State.OPEN in states and allowed(request, "correct", in_bulk=True)
    choices = correction_form.of_group(request, fingerprint) if may_correct else []
    if choices and may_see_values(request):
        record_look(request, FailedRecord, f"Looked at the values behind the group {fingerprint}.")
    context = {
        "group": few,
        "open_rows": states.get(State.OPEN, 0),
        "share": _share(states.get(State.OPEN, 0)),
        "states": [(State(state).label, rows, _records_url(fingerprint, state)) for state, rows in states.items()],
        "records": _records(request, fingerprint, states),
        "records_url": _records_url(fingerprint, State.OPEN),
        "actions": _actions(request, fingerprint, states),
        "correction": correcting or correction_form.CorrectionForm(choices),
        "may_correct": bool(choices),
        "correct_url": reverse("admin:ledger_failedrecord_correct_group", args=[fingerprint]),
        "reveal": may_see_values(request),
        **_around(request, fingerprint),
    }
    return page(request, "runs/failure_group.html", f"{few.entity}: {few.cause.title}", context)


def _share(rows: int) -> float:
    """The group's part of all open failed records, in percent."""
    everything = FailedRecord.objects.filter(state=State.OPEN).count()
    return round(100 * rows / everything, 1) if everything else 0


def _records_url(fingerprint: str, state: str) -> str:
    return list_url(FailedRecord, fingerprint=fingerprint, state__exact=state)


def _records(request: HttpRequest, fingerprint: str, states: dict[str, int]) -> list[dict[str, Any]]:
    """Some records of the group, the open ones if there are any."""
    state = State.OPEN if State.OPEN in states else next(iter(states))
    found = FailedRecord.objects.filter(fingerprint=fingerprint, state=state).defer("source").order_by("pk")
    return [
        {
            "record": record,
            "url": row_url(FailedRecord, record.pk),
            "legacy_row": legacy_row(request, record.entity, record.legacy_id),
        }
        for record in found[:RECORDS]
    ]


def _actions(request: HttpRequest, fingerprint: str, states: dict[str, int]) -> list[tuple[Action, forms.Form, str]]:
    """What the user may do about the group as it is: (action, its form, where to send it)."""
    possible = ["retry", "dismiss", "assign", "note"] if State.OPEN in states else []
    possible += ["reopen"] if State.DISMISSED in states else []
    return [
        (ACTIONS[name], ACTIONS[name].form(prefix=None, auto_id=f"id_{name}_%s"), _action_url(fingerprint, name))
        for name in possible
        if allowed(request, name, in_bulk=True)
    ]


def _action_url(fingerprint: str, name: str) -> str:
    return reverse("admin:ledger_failedrecord_act_on_group", args=[fingerprint, name])


def _around(request: HttpRequest, fingerprint: str) -> dict[str, Any]:
    """What else there is about the group: its corrections, the export, the import."""
    made = services.corrections(fingerprint=fingerprint).count()
    export = reverse("admin:ledger_failedrecord_export")
    return {
        "groups_url": reverse(GROUPS),
        "export_url": f"{export}?fingerprint={fingerprint}&state__exact={State.OPEN}",
        "import_url": reverse("admin:ledger_correction_import")
        if may_view(request, Correction) and may_import(request.user)
        else "",
        "corrections": made if may_view(request, Correction) else 0,
        "corrections_url": list_url(Correction, fingerprint=fingerprint),
    }
