"""The page of schedules: which runs start by themselves, when, and what came of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from runs.actors import acting
from runs.admin.acting import by_request
from runs.admin.links import may_view
from runs.admin.run_actions import OPERATE, told
from runs.admin.work_form import WorkForm
from runs.errors import MigratorError
from runs.models import Run
from runs.services import scheduling
from runs.services.scheduling import Frequency, Plan

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HERE = "admin:runs_run_schedules"


class ScheduleForm(WorkForm):
    """What a schedule needs to be made."""

    name = forms.CharField(
        max_length=scheduling.LONGEST_NAME,
        widget=UnfoldAdminTextInputWidget,
        help_text="Each of its runs says that it comes from it.",
    )
    frequency = forms.ChoiceField(label="When", choices=Frequency.choices, widget=UnfoldAdminSelectWidget)
    at = forms.RegexField(
        r"^([01]\d|2[0-3]):[0-5]\d$",
        label="At",
        initial="02:00",
        widget=UnfoldAdminTextInputWidget,
        help_text=f"Hours and minutes, such as 02:00; time zone {settings.TIME_ZONE}.",
        error_messages={"invalid": "Write hours and minutes like 02:00."},
    )
    weekday = forms.TypedChoiceField(
        coerce=int, choices=list(enumerate(WEEKDAYS)), widget=UnfoldAdminSelectWidget, help_text="For weekly ones."
    )
    cron = forms.CharField(
        label="Cron expression",
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text="For other rhythms: minute, hour, day, month and weekday, such as 30 1 * * 1-5.",
    )
    field_order = ["name", "frequency", "at", "weekday", "cron"]

    @property
    def plan(self) -> Plan:
        """What the form orders. It repeats daily, weekly or as the cron expression says."""
        given = dict(self.cleaned_data)
        return Plan(entities=given.pop("parts"), **given)


def schedules(request: HttpRequest) -> HttpResponse:
    """Lists the schedules; those who may operate runs make and remove them."""
    if not may_view(request, Run):
        raise PermissionDenied
    may = request.user.has_perm(OPERATE)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        if "remove" in request.POST:
            told(request, lambda: _remove(request.POST["remove"]))
            return redirect(HERE)
        form = ScheduleForm(request.POST)
        if form.is_valid() and _made(request, form):
            return redirect(HERE)
    else:
        form = ScheduleForm()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Schedules",
        "schedules": [(one, _rhythm(one.plan), _work(one.plan)) for one in scheduling.schedules()],
        "form": form if may else None,
        "media": form.media,
    }
    return TemplateResponse(request, "runs/schedules.html", context)


def _made(request: HttpRequest, form: ScheduleForm) -> bool:
    """What stands in the way is said in the form."""
    try:
        with acting(by_request(request)):
            made = scheduling.schedule(form.plan)
    except MigratorError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"The schedule {made.plan.name} is made. A background worker has to run when it is due.")
    return True


def _remove(number: str) -> str:
    scheduling.unschedule(int(number) if number.isdecimal() else 0)
    return "The schedule is removed; the runs that it started stay."


def _rhythm(plan: Plan) -> str:
    if plan.frequency == Frequency.CRON:
        return f"cron {plan.cron}"
    return f"every day at {plan.at}" if plan.frequency == Frequency.DAILY else f"{WEEKDAYS[plan.weekday]}s at {plan.at}"


def _work(plan: Plan) -> str:
    """What it runs, in words."""
    some = [*plan.domains, *(f"script {number}" for number in plan.scripts), *plan.entities]
    words = "everything" if plan.everything else ", ".join(some)
    return f"{words}{', validation only' if plan.validate_only else ''}{', dry run' if plan.dry_run else ''}"
