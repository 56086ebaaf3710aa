"""The verbs. Every door (command, admin, task) calls one of these and puts its answer into words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog.declare import Spec
from catalog.plan import ordered
from catalog.registry import UnknownEntity, specs
from catalog.repair import RepairSpec, repairs
from catalog.validation import ValidationSpec, validations
from catalog.work import Work, named, reads
from legacy import reader
from runs import execution, findings, sql, sql_repairs, undoing, validating
from runs.engine.repair import broken
from runs.engine.requirements import problems, unreachable
from runs.environment import environment
from runs.errors import Busy, Refused, UsageError
from runs.ledger.models import BeforeImage, FailedRecord
from runs.models import EntityRun, Run
from runs.states import ACTIVE, RESUMABLE, SETTLED, State
from runs.validation import checks

SMALLEST, LARGEST = 500, 2000


@dataclass(frozen=True)
class Options:
    """How to run: rows in a page, at most so many new rows, only these legacy ids, without leaving a trace."""

    batch_size: int = LARGEST
    limit: int | None = None
    ids: tuple[str, ...] | None = None
    dry_run: bool = False

    def __post_init__(self) -> None:
        if not SMALLEST <= self.batch_size <= LARGEST:
            raise UsageError(
                f"The batch size {self.batch_size} is not possible: choose {SMALLEST} to {LARGEST}. Smaller pages cost "
                "more round trips than they save, larger ones hold their locks and memory for too long."
            )
        if self.limit is not None and self.limit < 1:
            raise UsageError("The limit must be at least 1.")
        if self.ids is not None and not self.ids:
            raise UsageError("The list of ids is empty, and an empty list selects nothing. Leave it out to select all.")


def chosen(names: Iterable[str] = (), *, scripts: Iterable[int] = (), everything: bool = False) -> list[Work]:
    """The entities that are meant, parents first, then the repairs, then the validations.

    Raises `UsageError` for an unknown one, or if none is meant.
    """
    known: dict[str, Work] = {entity.name: entity for entity in specs()}
    known |= {repair.name: repair for repair in repairs()}
    known |= {validation.name: validation for validation in validations()}
    picked: dict[str, Work] = {}
    try:
        picked |= {name: named(name) for name in names}
    except UnknownEntity as error:
        raise UsageError(str(error)) from None
    for script in scripts:
        found = {name: one for name, one in known.items() if one.script == script}
        if not found:
            raise UsageError(f"No entity belongs to script {script}, and no repair or validation.")
        picked |= found
    if everything:
        picked = known
    if not picked:
        raise UsageError("Name at least one entity, or a script (--script 5), or --all.")
    entities = [one for one in picked.values() if isinstance(one, Spec)]
    repairing = [one for one in picked.values() if isinstance(one, RepairSpec)]
    return [*ordered(entities), *repairing, *(one for one in picked.values() if isinstance(one, ValidationSpec))]


def start(entities: Sequence[Work], options: Options, *, requested_by: str, user: Any = None) -> Run:
    """Creates a run that `execute` can carry out.

    Raises `Refused` with everything that stands in its way, `Busy` if one of the entities is being migrated.
    """
    if options.ids is not None:
        _check_ids(entities, options.ids)
    if found := problems(entities):
        raise Refused(found)
    for entity in entities:
        _take_over_dead(entity.name)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                user=user,
                requested_by=requested_by,
                dry_run=options.dry_run,
                options={"batch_size": options.batch_size, "limit": options.limit, "ids": options.ids},
                environment=environment(),
            )
            EntityRun.objects.bulk_create(
                EntityRun(run=run, entity=entity.name, position=position)
                for position, entity in enumerate(entities, start=1)
            )
    except IntegrityError:
        raise _busy(entities) from None
    return run


def execute(run: Run, watch: execution.Watch | None = None) -> Run:
    """Carries out a run, or what is left of it, in this process. Raises `Busy` if another process does."""
    with _held(run):
        return execution.execute(run, settings.UUID_NAMESPACE, watch or execution.Watch())


def resume(number: int) -> Run:
    """The run of this number, ready to be executed from where it stopped.

    Raises `UsageError` if there is none or nothing is left to do, `Refused`, `Busy`.
    """
    run = Run.objects.filter(pk=number).first()
    if run is None:
        raise UsageError(f"There is no run {number}: `manage.py migration_status` lists the latest.")
    if State(run.state) not in RESUMABLE:
        raise UsageError(f"Run {number} is {run.get_state_display()}: there is nothing left to resume.")
    if run.dry_run:
        raise UsageError(f"Run {number} was a dry run, of which nothing is kept: start it anew.")
    with _held(run):
        left = run.entity_runs.exclude(state__in=SETTLED)
        if found := problems([named(e.entity) for e in left]):
            raise Refused(found)
    return run


def undo_plan(number: int, names: Collection[str] = ()) -> list[undoing.Part]:
    """What `undo` would restore. Raises `UsageError`, or `Refused` if the run did what cannot be taken back."""
    return undoing.parts(_undoable(number), names)


def undo(number: int, names: Collection[str] = (), *, overwrite: bool = False) -> list[undoing.Part]:
    """Takes a run back, or only its parts of these names; what was stopped goes on with the next call.

    Rows edited since stay as they are and are named, unless `overwrite` is set. Raises like `undo_plan`, and `Busy`.
    """
    with _held(_undoable(number)):
        run = _undoable(number)
        parts = undoing.parts(run, names)
        undoing.undo(run, parts, overwrite)
    return parts


def _undoable(number: int) -> Run:
    """The run, as it is once a process that died over it has been put down."""
    run = Run.objects.filter(pk=number).first()
    if run is None:
        raise UsageError(f"There is no run {number}: `manage.py migration_status` lists the latest.")
    for entity_run in run.entity_runs.filter(state=State.RUNNING):
        _take_over_dead(entity_run.entity)
    run.refresh_from_db()
    return run


@contextmanager
def _held(run: Run) -> Iterator[None]:
    """The run's lock: who holds it carries out the run, and who is dead holds nothing."""
    name = f"run:{run.key}"
    if not sql.try_lock(name):
        raise Busy(f"Run {run.pk}", "another process")
    try:
        yield
    finally:
        sql.unlock(name)


def _take_over_dead(entity: str) -> None:
    """Frees an entity from a run whose process died: its lock went with the process."""
    for entity_run in EntityRun.objects.filter(entity=entity, state__in=ACTIVE).select_related("run"):
        run = entity_run.run
        name = f"run:{run.key}"
        if sql.try_lock(name):
            try:
                execution.interrupt(run, "Its process ended without a word.")
            finally:
                sql.unlock(name)


def _busy(entities: Sequence[Work]) -> Busy:
    names = [entity.name for entity in entities]
    found = EntityRun.objects.filter(entity__in=names, state__in=ACTIVE).select_related("run").first()
    if found is None:
        return Busy(names[0], "a run that has just ended")
    if found.state == State.UNDOING:
        return Busy(
            found.entity, f"run {found.run_id}, which is being taken back (`manage.py undo_run {found.run_id}`)"
        )
    return Busy(found.entity, f"run {found.run_id} of {found.run.requested_by}")


def _check_ids(entities: Sequence[Work], ids: Sequence[str]) -> None:
    if len(entities) != 1:
        raise UsageError("Ids belong to one entity: name exactly one beside --ids.")
    if isinstance(entities[0], ValidationSpec):
        raise UsageError(f"{entities[0].name} compares whole tables: leave out --ids.")
    key = reads(entities[0])[0].source._meta.pk
    for one in ids:
        try:
            key.to_python(one)
        except ValidationError:
            raise UsageError(f"{one!r} cannot be a legacy id of {entities[0].name}.") from None


def missing_ids(one: Work, ids: Sequence[str]) -> tuple[list[Any], list[Any]]:
    """Of these legacy ids: those that do not exist, and those that the declaration leaves out of scope."""
    entity = reads(one)[0]
    key = entity.source._meta.pk
    selection = reader.Selection(entity.source, (key.name,), entity.where, ids=[key.to_python(i) for i in ids])
    return reader.unknown_ids(selection)


def validate(chosen: Sequence[Work], names: Collection[str] = ()) -> Iterator[list[findings.Checked]]:
    """Compares the chosen entities, and those of the chosen validations, with their legacy rows, one after the other.

    `names`: only these checks; default: all. Raises `UsageError`, `Refused`, `Busy`.
    """
    if unknown := sorted(set(names) - set(checks())):
        raise UsageError(f"There is no check {', '.join(unknown)}. Checks: {', '.join(checks())}.")
    entities = {spec.name: spec for one in chosen if not isinstance(one, RepairSpec) for spec in reads(one)}
    if not entities:
        raise UsageError("A repair has no rows of its own to validate: name the entity that it repairs.")
    if found := problems(list(entities.values())):
        raise Refused(found)
    for entity in entities.values():
        with execution.locked(entity.name), reader.Snapshot() as snapshot:
            here = validating.validate(entity, snapshot, names)
        findings.keep(entity.name, names or checks(), here)
        yield here


def status(entities: Sequence[Work]) -> dict[str, Any]:
    """How far each entity and repair is, counted afresh in both databases, and the latest runs. Raises `Refused`."""
    if found := unreachable():
        raise Refused(found)
    with reader.Snapshot():
        return {
            "entities": [_entity_status(entity) for entity in entities if not isinstance(entity, ValidationSpec)],
            "runs": [
                {
                    "run": r.pk,
                    "state": r.get_state_display(),
                    "requested_by": r.requested_by,
                    "started_at": r.started_at,
                }
                for r in Run.objects.all()[:5]
            ],
        }


def _entity_status(entity: Spec | RepairSpec) -> dict[str, Any]:
    if isinstance(entity, RepairSpec):
        return _repair_status(entity)
    extent = reader.extent(reader.Selection(entity.source, (entity.source._meta.pk.name,), entity.where))
    migrated, failed = sql.rows_of(entity.name, parts=entity.each is not None)
    return {
        "entity": entity.name,
        "script": entity.script,
        "in_scope": extent.in_scope,
        "out_of_scope": extent.total - extent.in_scope,
        "migrated": migrated,
        "failed": failed,
        "remaining": extent.in_scope - migrated - failed,
    }


def _repair_status(spec: RepairSpec) -> dict[str, Any]:
    """In scope are the rows that are wrong and those that were and are repaired."""
    wrong, _ = sql_repairs.count_broken(broken(spec))
    repaired = BeforeImage.objects.filter(page__entity=spec.name, restored_at=None).count()
    failed = FailedRecord.objects.filter(entity=spec.name, state=FailedRecord.State.OPEN).count()
    return {
        "entity": spec.name,
        "script": spec.script,
        "in_scope": wrong + repaired,
        "out_of_scope": sql_repairs.count_rows(spec.table) - wrong - repaired,
        "migrated": repaired,
        "failed": failed,
        "remaining": wrong - failed,
    }
