"""Schedules: runs that are started again and again without anybody asking. They are rows of django-q2."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django_q.models import Schedule, Task

from catalog.repair import RepairSpec
from catalog.work import Work
from runs.actors import Actor, current
from runs.errors import Busy, Refused, UsageError
from runs.models import Run
from runs.services.choosing import LARGEST, Options, chosen
from runs.services.starting import enqueue, start

TASK = "runs.tasks.start_scheduled"
LONGEST_NAME = 100


class Frequency(TextChoices):
    DAILY = "daily", "every day"
    WEEKLY = "weekly", "every week"
    CRON = "cron", "as a cron expression says"


@dataclass(frozen=True)
class Plan:
    """What a schedule starts, how and when; times are those of `settings.TIME_ZONE`."""

    #: Names the schedule, and says in each of its runs where it came from.
    name: str
    entities: Collection[str] = ()
    scripts: Collection[int] = ()
    domains: Collection[str] = ()
    everything: bool = False
    #: Compare both sides instead of migrating.
    validate_only: bool = False
    dry_run: bool = False
    batch_size: int = LARGEST
    frequency: str = Frequency.DAILY
    #: "HH:MM", for daily and weekly ones.
    at: str = "02:00"
    #: 0 is Monday, for weekly ones.
    weekday: int = 0
    #: Minute, hour, day, month, weekday: "30 1 * * 1-5".
    cron: str = ""

    @property
    def chosen(self) -> list[Work]:
        """What is to be run. Raises `UsageError`."""
        found = chosen(self.entities, scripts=self.scripts, domains=self.domains, everything=self.everything)
        if not self.validate_only:
            return found
        compared: list[Work] = [one for one in found if not isinstance(one, RepairSpec)]
        if not compared:
            raise UsageError("A repair has no rows of its own to validate: choose the entity that it repairs.")
        return compared

    @property
    def options(self) -> Options:
        """Raises `UsageError`."""
        if self.dry_run and self.validate_only:
            raise UsageError("A validation changes nothing: leave out the dry run.")
        return Options(batch_size=self.batch_size, dry_run=self.dry_run)


@dataclass(frozen=True)
class Scheduled:
    """A schedule as it stands: what, by whom, when next, and what came of it the last time."""

    number: int
    plan: Plan
    who: str
    next_run: datetime | None
    last_time: datetime | None
    #: In a sentence: which run was started, or why none was; empty if it was never due.
    outcome: str
    #: The last time nothing was started.
    refused: bool


def schedule(plan: Plan) -> Scheduled:
    """Makes a schedule in the name of whoever acts. Raises `UsageError` for what cannot be."""
    if not plan.name or len(plan.name) > LONGEST_NAME:
        raise UsageError(f"A schedule needs a name of at most {LONGEST_NAME} characters.")
    if Schedule.objects.filter(name=plan.name).exists():
        raise UsageError(f"There is a schedule named {plan.name} already: choose another name, or remove that one.")
    if not plan.chosen or not plan.options:
        raise UsageError("Choose what the schedule is to run.")
    who = current()
    types = {Frequency.DAILY: Schedule.DAILY, Frequency.WEEKLY: Schedule.WEEKLY, Frequency.CRON: Schedule.CRON}
    row = Schedule(
        name=plan.name,
        func=TASK,
        args=repr((json.dumps({"plan": asdict(plan), "who": who.name, "user_id": who.user_id}),)),
        schedule_type=types[Frequency(plan.frequency)],
        cron=plan.cron.strip() if plan.frequency == Frequency.CRON else None,
        intended_date_kwarg="due",
        repeats=-1,
    )
    if plan.frequency != Frequency.CRON:
        row.next_run = _first(plan)
    try:
        row.full_clean()
        row.save()  # Works out the next time of a cron expression.
    except (ValidationError, ValueError) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else error
        raise UsageError(f"A cron expression like 30 1 * * 1-5 is needed, and this is none: {said}") from None
    return _scheduled(row)


def schedules() -> list[Scheduled]:
    """All of them, by name."""
    return [_scheduled(row) for row in Schedule.objects.filter(func=TASK).order_by("name")]


def unschedule(number: int) -> None:
    """Removes a schedule; its runs stay. Raises `UsageError` if there is none of this number."""
    if not Schedule.objects.filter(func=TASK, pk=number).delete()[0]:
        raise UsageError(f"There is no schedule {number}.")


def ordered_by(payload: str) -> tuple[Plan, Actor]:
    """What a schedule's task is to start, and in whose name; that person's account may be gone."""
    order = json.loads(payload)
    user = get_user_model().objects.filter(pk=order["user_id"]).first()
    return Plan(**order["plan"]), Actor(order["who"], "schedule", user.pk if user else None)


def start_due(plan: Plan, due: str) -> Run:
    """Starts what was due at that time in the background; delivered twice, it starts nothing twice.

    Raises `Refused` with the name of the schedule, also if its last run is still under way.
    """
    note = f"Schedule {plan.name}, due {due}"
    if begun := Run.objects.filter(door="schedule", note=note).first():
        return begun
    kind = Run.Kind.VALIDATION if plan.validate_only else Run.Kind.MIGRATION
    try:
        with transaction.atomic():
            return enqueue(start(plan.chosen, plan.options, note=note, kind=kind))
    except (Busy, Refused, UsageError) as error:
        raise Refused([f"Schedule {plan.name} started nothing. {error}"]) from None


def _first(plan: Plan) -> datetime:
    """The next time at which the clock shows the plan's hour, on its weekday for a weekly one."""
    try:
        at = time.fromisoformat(plan.at)
    except ValueError:
        raise UsageError(f"{plan.at} is not a time of day: write it like 02:30.") from None
    if plan.weekday not in range(7):
        raise UsageError("The weekday is a number from 0, Monday, to 6, Sunday.")
    now = timezone.localtime()
    day = now.date()
    while True:
        first = timezone.make_aware(datetime.combine(day, at))
        if first > now and (plan.frequency == Frequency.DAILY or day.weekday() == plan.weekday):
            return first
        day += timedelta(days=1)


def _scheduled(row: Schedule) -> Scheduled:
    plan, who = ordered_by(_payload(row))
    last = Task.objects.filter(pk=row.task).first() if row.task else None
    return Scheduled(
        number=row.pk,
        plan=plan,
        who=who.name,
        next_run=row.next_run,
        last_time=last and last.started,
        # What django-q2 keeps of a failure is its message with the traceback.
        outcome=str(last.result).partition(" : Traceback")[0] if last else "",
        refused=last is not None and not last.success,
    )


def _payload(row: Schedule) -> str:
    """The one argument of its task; django-q2 keeps arguments as Python text."""
    (payload,) = ast.literal_eval(row.args)
    return payload
