"""Taking back what runs did: by run, by a part of one, by script, by domain or by legacy ids."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from catalog.validation import ValidationSpec
from catalog.work import named
from runs.engine.undo_set import Dependants
from runs.errors import Refused, UsageError
from runs.models import EntityRun, Run
from runs.services.choosing import LARGEST, chosen, ids_by_entity
from runs.services.starting import create, find_run, put_down_dead
from runs.states import ALIVE, RESUMABLE, UNDOABLE, State
from runs.undo_impact import Impact, impact
from runs.undo_scope import KINDS, Scope


@dataclass(frozen=True)
class Undo:
    """What is to be taken back: a run, or only some entities and repairs of it; without a run, all there is of them.

    `entities` (and repairs), `scripts` and `domains` add up; `ids` are legacy ids of the one entity that is named.
    `dependants`: refuse, include or keep. `take_edited`: rows that somebody has edited since are not spared.
    """

    run: int | None = None
    entities: Collection[str] = ()
    scripts: Collection[int] = ()
    domains: Collection[str] = ()
    ids: Collection[str] | None = None
    dependants: str = Dependants.REFUSE
    take_edited: bool = False


def undo_plan(wanted: Undo, all_ids: bool = False) -> Impact:
    """What `undo` would do. Raises `UsageError` for what cannot be taken back, `Refused`."""
    return impact(_scope(wanted), all_ids)


def undo(wanted: Undo, note: str = "") -> Run:
    """The run that takes it back, for `execute` or `enqueue`. One that was stopped halfway goes on.

    Raises `UsageError` for what cannot be taken back, `Refused` with what depends on it, `Busy`.
    """
    scope = _scope(wanted)
    if unfinished := _unfinished(scope):
        return unfinished
    plan = impact(scope)
    if scope.ids is not None and not any(part.rows or part.failures_undone for part in plan.parts):
        raise UsageError(
            f"Nothing of {', '.join(scope.parts)} came from these legacy ids: there is nothing to take back."
        )
    if plan.refusal:
        raise Refused([plan.refusal])
    return create(
        [part.name for part in plan.parts],
        kind=Run.Kind.UNDO,
        undoes=find_run(wanted.run) if wanted.run is not None else None,
        note=note,
        options={"undo": scope.as_dict(), "batch_size": LARGEST, "limit": None, "ids": None},
    )


def _unfinished(scope: Scope) -> Run | None:
    """The latest undo of the same that did not come to its end, ready to go on.

    Others that had begun with a part of it are given up: this one takes back what they left.
    """
    for run in Run.objects.filter(kind=Run.Kind.UNDO, state__in=RESUMABLE):
        other = Scope.of(run)
        if not {*other.parts} & {*scope.parts}:
            continue
        if not put_down_dead(run):
            raise UsageError(f"Run {run.pk} is at it: see `manage.py show_run {run.pk}`, or pause or cancel it.")
        run.refresh_from_db()
        if other.ids == scope.ids and all(other.parts.get(name, 0) == runs for name, runs in scope.parts.items()):
            if (other.dependants, other.take) != (scope.dependants, scope.take):
                run.options["undo"] |= {"dependants": scope.dependants.value, "take": scope.take}
                run.save(update_fields=["options"])
            return run
    return None


def _scope(wanted: Undo) -> Scope:
    """Raises `UsageError` for what cannot be taken back."""
    names = _names(wanted)
    parts = _parts_of_all(names) if wanted.run is None else _parts_of_run(_undoable(wanted.run), names)
    ids = None
    if wanted.ids is not None:
        if not wanted.ids:
            raise UsageError("The list of ids is empty, and an empty list selects nothing. Leave it out to select all.")
        works = chosen(list(parts))
        ids = next(iter(ids_by_entity(works, list(wanted.ids)).values()))  # type: ignore[union-attr]
    return Scope(parts, ids, Dependants(wanted.dependants), wanted.take_edited)


def _names(wanted: Undo) -> list[str]:
    """The parts that are named; empty for the whole of a run."""
    if not (wanted.entities or wanted.scripts or wanted.domains):
        if wanted.run is None:
            raise UsageError("Name a run, or an entity, a script or a domain of which everything is to be taken back.")
        return []
    return [work.name for work in chosen(wanted.entities, scripts=wanted.scripts, domains=wanted.domains)]


def _parts_of_run(run: Run, names: Collection[str]) -> dict[str, list[str]]:
    found = {one.entity: one for one in run.entity_runs.order_by("position")}
    if unknown := sorted(set(names) - set(found)):
        raise UsageError(f"Run {run.pk} has no part {', '.join(unknown)}. Its parts: {', '.join(found)}.")
    wanted = {name: one for name, one in found.items() if not names or name in names}
    changing = {name: one for name, one in wanted.items() if not _harmless(name)}
    if not changing:
        raise UsageError("A validation changes nothing, so there is nothing of it to take back.")
    left = {name: [str(one.pk)] for name, one in changing.items() if _something_left(one)}
    if not left:
        raise UsageError(f"{', '.join(changing)} of run {run.pk}: all of it has been taken back already.")
    return left


def _parts_of_all(names: Collection[str]) -> dict[str, list[str] | None]:
    changing = [name for name in names if not _harmless(name)]
    if not changing:
        raise UsageError("A validation changes nothing, so there is nothing of it to take back.")
    for run in Run.objects.filter(entity_runs__entity__in=changing, kind__in=KINDS, state__in=ALIVE).distinct():
        _undoable(run.pk)
    return dict.fromkeys(changing)


def _harmless(name: str) -> bool:
    return isinstance(named(name), ValidationSpec)


def _something_left(one: EntityRun) -> bool:
    return one.state != State.UNDONE or one.taken_back < one.created + one.matched + one.updated


def _undoable(number: int) -> Run:
    """The run, as it is once a process that died over it has been put down."""
    run = find_run(number)
    if run.kind not in KINDS:
        what = "is an undo: migrate what it took back again" if run.kind == Run.Kind.UNDO else "changed nothing"
        raise UsageError(f"Run {number} {what}.")
    if run.dry_run:
        raise UsageError(f"Run {number} was a dry run: it left nothing that could be taken back.")
    if run.state in ALIVE:
        put_down_dead(run)
        run.refresh_from_db()
    if State(run.state) not in (*UNDOABLE, State.UNDONE):
        raise UsageError(f"Run {number} is {run.get_state_display()}: wait until it ends, or pause or cancel it.")
    return run
