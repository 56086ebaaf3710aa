"""Carrying out an undo: its set is built under the locks, what it takes back is marked, then come its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import OperationalError
from django.db.models import Count
from django.utils import timezone

from catalog.declare import Spec
from catalog.repair import RepairSpec
from catalog.validation import validations
from catalog.work import Work, named
from legacy.reader import Extent
from runs import events, sql_undo, undo_words
from runs.engine import account, undo, undo_repair, undo_set
from runs.engine.undo_set import Dependants
from runs.errors import UndoRefused
from runs.ledger.models import BeforeImage, Page
from runs.locks import locked
from runs.models import EntityRun, Run
from runs.sql_undo_set import counts, entity_runs
from runs.states import UNDOABLE, State
from runs.undo_scope import Scope

#: SQLSTATE of a lock that was not to be had in time.
LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def under_way(run: Run) -> Iterator[undo_set.Set]:
    """What all parts of the undo need: the locks of their entities and the set of rows.

    Raises `UndoRefused` before anything was done, if rows depend on the set that it was not to touch.
    """
    scope = Scope.of(run)
    works = {name: named(name) for name in run.entity_runs.values_list("entity", flat=True)}
    entities = {work.entity.name if isinstance(work, RepairSpec) else name for name, work in works.items()}
    begun = run.options["undo"].get("begun", False)
    # What came to depend on the rest since it began stays, and so does what it needs.
    how = Dependants.KEEP if begun and scope.dependants == Dependants.REFUSE else scope.dependants
    with ExitStack() as stack:
        for name in sorted(entities):
            stack.enter_context(locked(name))
        whole = stack.enter_context(undo_set.built(scope.choices, how, scope.take, set(works) if begun else None))
        if not begun:
            if how == Dependants.REFUSE and whole.found:
                raise UndoRefused(undo_words.refusal(list(scope.parts), whole.found))
            if late := sorted({entity for entity, *_ in counts()} - set(works)):
                raise UndoRefused(
                    f"Rows of {', '.join(late)} have come to depend on what was to be taken back: ask for it again."
                )
        _begin(run, scope)
        yield whole
        _finish(scope)


def _begin(run: Run, scope: Scope) -> None:
    """What is taken back says so from here on. Harmless if it was said before."""
    run.options["undo"]["begun"] = True
    Run.objects.filter(pk=run.pk).update(options=run.options)
    chosen = scope.chosen_runs()
    for entity_run in chosen:
        if entity_run.state in UNDOABLE and entity_run.state != State.UNDOING:
            entity_run.move(State.UNDOING, problem="")
    for original in {one.run_id: one.run for one in chosen}.values():
        if original.state in UNDOABLE and original.state != State.UNDOING and not _standing(original):
            original.move(State.UNDOING, problem="")


def _standing(run: Run) -> bool:
    """Whether the run has parts of which nothing is taken back. A validation has nothing."""
    harmless = [validation.name for validation in validations()]
    return run.entity_runs.exclude(state__in=[State.UNDOING, State.UNDONE]).exclude(entity__in=harmless).exists()


def _finish(scope: Scope) -> None:
    """Runs of which every part was taken back are undone, and say what was left."""
    harmless = [validation.name for validation in validations()]
    for number in {one.run_id for one in scope.chosen_runs()}:
        run = Run.objects.get(pk=number)
        parts = run.entity_runs.exclude(entity__in=harmless)
        if parts.exclude(state=State.UNDONE).exists():
            continue
        problem = " ".join(parts.exclude(problem="").values_list("problem", flat=True))
        if run.state == State.UNDONE:
            Run.objects.filter(pk=number).update(problem=problem)
            continue
        if run.state != State.UNDOING:
            run.move(State.UNDOING)
        run.move(State.UNDONE, problem=problem, finished_at=timezone.now())


def extent(work: Work) -> Extent | None:
    """The rows of an entity that the set of the undo has; None for a repair, which has none there."""
    if not isinstance(work, Spec):
        return None
    rows = sql_undo.rows_left(work.name)
    return Extent(rows, rows, None)


def carry_out(
    run: Run,
    entity_run: EntityRun,
    whole: undo_set.Set,
    started: Callable[[int], None],
    committed: Callable[[Page], None],
) -> dict[str, Any]:
    """Carries out a part of the undo; returns how its record changes. `started` is told the rows that are concerned."""
    scope, work = Scope.of(run), named(entity_run.entity)
    chosen = scope.entity_runs(work.name) if work.name in scope.parts else []
    touched = {str(one.pk) for one in chosen} | entity_runs(work.name)
    try:
        if isinstance(work, RepairSpec):
            rows, sentence = _restore(run, entity_run, scope, work, started, committed)
        else:
            assert isinstance(work, Spec)
            rows, sentence = _delete(run, entity_run, scope, work, whole, started, committed)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        return {"state": State.BROKEN, "problem": undo_words.locked(run.pk, work.name, undo.PATIENCE)}
    finally:
        _count_taken_back(run, touched, isinstance(work, RepairSpec))
    books = account.counted(entity_run.pk)
    accounted = sum(books[name] for name in ("deleted", "restored", "released", "kept"))
    if accounted != rows:
        problem = f"{rows:,} rows were concerned, {accounted:,} are accounted for: somebody changed the ledger."
        return {"state": State.BROKEN, "problem": problem, "in_scope": rows, **books}
    if scope.ids is None:
        for original in chosen:
            if original.state == State.UNDOING:
                original.move(State.UNDONE, problem=sentence, finished_at=timezone.now())
            elif original.state == State.UNDONE:
                EntityRun.objects.filter(pk=original.pk).update(problem=sentence)
    state = State.COMPLETED_WITH_FAILURES if books["kept"] else State.SUCCEEDED
    return {"state": state, "problem": sentence, "total": rows, "in_scope": rows, **books}


def _delete(
    run: Run,
    entity_run: EntityRun,
    scope: Scope,
    spec: Spec,
    whole: undo_set.Set,
    started: Callable[[int], None],
    committed: Callable[[Page], None],
) -> tuple[int, str]:
    """(rows concerned, which of them stay and why, in a sentence)."""
    edges = [edge for edge in whole.edges if edge.parent_table == spec.target._meta.db_table]
    choice = scope.choice(spec.name) if spec.name in scope.parts else None
    job = undo.Job(spec, run.pk, entity_run.pk, edges, choice, scope.take)
    rows = undo.in_scope(job)
    started(rows)
    undo.take_back(job, committed)
    return rows, undo_words.kept(spec.name, *sql_undo.kept(spec.name, undo_words.NAMED))


def _restore(
    run: Run,
    entity_run: EntityRun,
    scope: Scope,
    spec: RepairSpec,
    started: Callable[[int], None],
    committed: Callable[[Page], None],
) -> tuple[int, str]:
    constraints = {str(one.pk): one.summary.get("not_valid", {}) for one in scope.entity_runs(spec.name)}
    job = undo_repair.Job(spec, run.pk, entity_run.pk, constraints, scope.ids, scope.take)
    rows = undo_repair.in_scope(job)
    started(rows)
    undo_repair.take_back(job, committed)
    return rows, undo_words.not_restored(spec.table, job.left())


def _count_taken_back(undo_run: Run, entity_runs: set[str], repair: bool) -> None:
    """Counted from the ledger, so that it is right however often an undo was killed. The runs concerned tell of it."""
    if repair:
        restored = BeforeImage.objects.filter(entity_run__in=entity_runs).exclude(restored_at=None)
        gone = {str(one): rows for one, rows in restored.values_list("entity_run").annotate(Count("pk"))}
    else:
        gone = sql_undo.taken_back(entity_runs)
    for one in EntityRun.objects.filter(pk__in=gone).select_related("run"):
        rows = gone[str(one.pk)]
        more = rows - one.taken_back
        if EntityRun.objects.filter(pk=one.pk, taken_back=one.taken_back).update(taken_back=rows) and more:
            events.record(one.run, "undo", f"Run {undo_run.pk} took back {more:,} rows of it.", one.entity)
