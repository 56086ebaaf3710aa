"""Handing runs to the background workers of django-q2."""

from __future__ import annotations

from django_q.tasks import async_task

from runs.models import Run


def send(run: Run) -> None:
    """A worker will carry the run out. With the ORM broker the task is part of the caller's transaction."""
    async_task("runs.tasks.carry_out", run.pk, task_name=f"run {run.pk}", group=f"run {run.pk}")
