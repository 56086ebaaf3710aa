"""Handing runs to the background workers of django-q2."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ, Schedule
from django_q.signing import BadSignature, SignedPackage
from django_q.tasks import async_task

from runs.models import Run

CARRY_OUT = "runs.tasks.carry_out"
SWEEP = "runs.tasks.sweep"
#: The sweep is due each minute, and a cluster looks for what is due every half.
SILENCE = timedelta(minutes=2)


def send(run: Run) -> None:
    """A worker will carry the run on, if the caller's transaction is committed.

    With the ORM broker the task is part of it; to Redis it is sent afterwards, or by the sweep if that fails.
    """
    if Conf.ORM:
        _push(run)
    else:
        transaction.on_commit(partial(_push, run), robust=True)


def _push(run: Run) -> None:
    # A dry run is one transaction and takes its time; a slice has the timeout of the cluster.
    limit = {"timeout": -1} if run.dry_run else {}
    async_task(CARRY_OUT, run.pk, q_options={"task_name": f"run {run.pk}", "group": f"run {run.pk}", **limit})


def waiting() -> set[int]:
    """The numbers of the runs for which there is a task in the broker, whether a worker has it in hand or not."""
    tasks = map(_unpacked, _payloads())
    return {task["args"][0] for task in tasks if task.get("func") == CARRY_OUT}


def silent_since() -> datetime | None:
    """When the last sign of life of a worker cluster was due and did not come; None while there is one.

    Clusters of all machines see to the sweep, so its next time lies ahead as long as one of them works.
    """
    due = Schedule.objects.filter(func=SWEEP).values_list("next_run", flat=True).first()
    return due if due and due < timezone.now() - SILENCE else None


def _payloads() -> Iterable[str | bytes]:
    broker = get_broker()
    if Conf.ORM:
        return OrmQ.objects.using(Conf.ORM).filter(key=broker.list_key).values_list("payload", flat=True)
    return broker.connection.lrange(broker.list_key, 0, -1)


def _unpacked(payload: str | bytes) -> dict[str, Any]:
    """The task; an empty one for what was signed with another secret key."""
    try:
        return SignedPackage.loads(payload)
    except (BadSignature, TypeError):
        return {}
