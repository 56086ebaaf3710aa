"""What people did to runs, beside the changes of state, which tell of themselves (`Stateful.move`)."""

from __future__ import annotations

from runs.actors import current
from runs.models import Run, RunEvent


def record(run: Run, what: str, why: str = "", entity: str = "") -> RunEvent:
    """`what`: the verb; `why`: a sentence without legacy values; `entity`: the part of the run that it concerns."""
    who = current()
    return RunEvent.objects.create(
        run=run, entity=entity, what=what, why=why, who=who.name, user_id=who.user_id, door=who.door
    )
