"""Starting runs and carrying them out, here or in the background."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.db import IntegrityError, transaction

from catalog.work import Work, named
from runs import background, execution, sql
from runs.actors import current
from runs.engine.requirements import problems
from runs.environment import environment
from runs.errors import Busy, Held, Refused, UsageError
from runs.models import EntityRun, Run
from runs.services.choosing import Options, ids_by_entity
from runs.states import ACTIVE, ALIVE, RESUMABLE, SETTLED, State


def start(entities: Sequence[Work], options: Options, *, note: str = "", kind: str = Run.Kind.MIGRATION) -> Run:
    """Creates a run for `execute` or `enqueue`, in the name of whoever acts.

    Raises `UsageError`, `Refused` with everything that stands in its way, `Busy` if one of the entities is taken.
    """
    ids = ids_by_entity(entities, options.ids)
    if found := problems(entities):
        raise Refused(found)
    who = current()
    return create(
        [entity.name for entity in entities],
        kind=kind,
        user_id=who.user_id,
        note=note,
        dry_run=options.dry_run,
        options={
            "batch_size": options.batch_size,
            "limit": options.limit,
            "ids": ids,
            "gate": options.gate or settings.GATE,
        },
    )


def create(names: Sequence[str], **facts: object) -> Run:
    """A run of these parts in this order; `facts`: other fields of the run. Raises `Busy`."""
    for name in names:
        _take_over_dead(name)
    who = current()
    try:
        with transaction.atomic():
            run = Run.objects.create(requested_by=who.name, door=who.door, environment=environment(), **facts)
            EntityRun.objects.bulk_create(
                EntityRun(run=run, entity=name, position=position) for position, name in enumerate(names, start=1)
            )
    except IntegrityError:
        raise _busy(names) from None
    return run


def execute(run: Run, watch: execution.Watch | None = None) -> Run:
    """Carries out a run, or what is left of it, in this process. Raises `Busy` if another process does."""
    with held(run):
        run.refresh_from_db()
        if run.state in SETTLED:
            raise UsageError(f"Run {run.pk} is {run.get_state_display()}: there is nothing left to do.")
        return execution.execute(run, watch or execution.Watch())


def enqueue(run: Run) -> Run:
    """Leaves a run, or what is left of it, to a background worker. Raises `Busy` if an entity of it is taken."""
    with transaction.atomic():
        if run.state != State.QUEUED:
            execution.plan(run)
            run.move(State.QUEUED, problem="", finished_at=None)
        background.send(run)
    return run


def find_run(number: int) -> Run:
    """Raises `UsageError` if there is no run of this number."""
    run = Run.objects.filter(pk=number).first()
    if run is None:
        raise UsageError(f"There is no run {number}: `manage.py migration_status` lists the latest.")
    return run


def look(number: int) -> Run:
    """The run as it stands, once a process that died over it has been put down. Raises `UsageError`."""
    run = find_run(number)
    if run.state in ALIVE:
        put_down_dead(run)
        run.refresh_from_db()
    return run


def resume(number: int) -> Run:
    """The run of this number, ready to be executed or enqueued from where it stopped.

    Raises `UsageError` if there is none or nothing is left to do, `Refused`, `Busy`.
    """
    run = find_run(number)
    with held(run):
        run.refresh_from_db()
        if run.state in ALIVE:
            execution.interrupt(run, execution.DIED)
        if State(run.state) not in RESUMABLE:
            raise UsageError(f"Run {number} is {run.get_state_display()}: there is nothing left to resume.")
        if run.dry_run:
            raise UsageError(f"Run {number} was a dry run, of which nothing is kept: start it anew.")
        left = run.entity_runs.exclude(state__in=SETTLED)
        if run.kind != Run.Kind.UNDO and (found := problems([named(e.entity) for e in left])):
            raise Refused(found)
    Run.objects.filter(pk=run.pk).update(attempts=0)
    return run


@contextmanager
def held(run: Run) -> Iterator[None]:
    """The run's lock: who holds it carries out the run, and who is dead holds nothing. Raises `Held`, a `Busy`."""
    name = f"run:{run.key}"
    if not sql.try_lock(name):
        raise Held(run.pk)
    try:
        yield
    finally:
        sql.unlock(name)


def put_down_dead(run: Run) -> bool:
    """Marks a run whose process died, which its lock tells: it went with the process. False while it lives."""
    try:
        with held(run):
            run.refresh_from_db()
            if run.state in (State.REQUESTED, *ALIVE):
                execution.interrupt(run, execution.DIED)
    except Busy:
        return False
    return True


def _take_over_dead(entity: str) -> None:
    """Frees an entity from a run whose process died. One that is queued waits for a worker, and lives."""
    for entity_run in EntityRun.objects.filter(entity=entity, state__in=ACTIVE).select_related("run"):
        if entity_run.run.state != State.QUEUED:
            put_down_dead(entity_run.run)


def _busy(names: Sequence[str]) -> Busy:
    found = EntityRun.objects.filter(entity__in=names, state__in=ACTIVE).select_related("run").first()
    if found is None:
        return Busy(names[0], "a run that has just ended")
    run = found.run
    waits = ", which waits for a background worker (`manage.py qcluster`)" if run.state == State.QUEUED else ""
    return Busy(found.entity, f"run {run.pk} of {run.requested_by}{waits}")
