"""Taking a run back: its parts in reverse order, with its state kept true."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.repair import RepairSpec
from catalog.validation import validations
from catalog.work import named
from runs import parts as running_parts
from runs import sql_repairs
from runs.engine.undo import undo as undo_pages
from runs.errors import Busy, Refused, UsageError
from runs.ledger.models import BeforeImage
from runs.models import EntityRun, Run
from runs.states import UNDOABLE, State

#: Legacy ids that a sentence names; the before-images have all.
NAMED = 20


class Part(NamedTuple):
    """A part of a run that can be taken back: how many rows it changed, and legacy ids of those edited since."""

    entity_run: EntityRun
    spec: RepairSpec
    rows: int
    edited: list[str]


def parts(run: Run, names: Collection[str] = ()) -> list[Part]:
    """What taking back the run, or only its parts of these names, would restore, last part first.

    Raises `UsageError` or `Refused` if that cannot be.
    """
    if run.dry_run:
        raise UsageError(f"Run {run.pk} was a dry run: it left nothing that could be taken back.")
    if State(run.state) not in UNDOABLE:
        why = "there is nothing left to take back" if run.state == State.UNDONE else "wait until it ends, or stop it"
        raise UsageError(f"Run {run.pk} is {run.get_state_display()}: {why}.")
    found = {one.entity: one for one in run.entity_runs.order_by("-position")}
    if unknown := sorted(set(names) - set(found)):
        raise UsageError(f"Run {run.pk} has no part {', '.join(unknown)}. Its parts: {', '.join(reversed(found))}.")
    found = {name: one for name, one in found.items() if name not in _harmless()}
    if not found or not {*names} <= {*found}:
        raise UsageError("A validation changes nothing, so there is nothing of it to take back.")
    wanted = [one for name, one in found.items() if (not names or name in names) and one.state != State.UNDONE]
    repairs = [(one, spec) for one in wanted if isinstance(spec := named(one.entity), RepairSpec)]
    if len(repairs) < len(wanted):
        raise Refused([_refusal(run, wanted, [spec.name for _, spec in repairs])])
    if not repairs:
        raise UsageError(f"{', '.join(names)} of run {run.pk} has been taken back already.")
    return [_part(entity_run, spec) for entity_run, spec in repairs]


def _harmless() -> set[str]:
    """Names of the parts that change nothing."""
    return {validation.name for validation in validations()}


def _refusal(run: Run, wanted: Sequence[EntityRun], repairs: Sequence[str]) -> str:
    entities = [one for one in wanted if one.entity not in repairs]
    rows = sum(one.created + one.matched for one in entities)
    words = f"Run {run.pk} migrated {len(entities)} entities with {rows:,} rows: only repairs can be taken back."
    return f"{words} Name the repair: `manage.py undo_run {run.pk} {' '.join(repairs)}`." if repairs else words


def _part(entity_run: EntityRun, spec: RepairSpec) -> Part:
    rows = BeforeImage.objects.filter(entity_run=entity_run.pk, restored_at=None).count()
    return Part(entity_run, spec, rows, sql_repairs.edited(entity_run.pk, spec.table))


def undo(run: Run, wanted: Sequence[Part], overwrite: bool) -> Run:
    """Takes the parts back. The caller holds the run's lock. What was stopped goes on with the next call."""
    names = [part.entity_run.entity for part in wanted]
    others = run.entity_runs.exclude(entity__in={*names, *_harmless()})
    whole = not others.exclude(state=State.UNDONE).exists()
    if whole and run.state != State.UNDOING:
        run.move(State.UNDOING, problem="")
    for part in wanted:
        _undo_part(part, overwrite)
    if whole:
        kept = run.entity_runs.exclude(problem="").values_list("problem", flat=True)
        run.move(State.UNDONE, problem=" ".join(kept), finished_at=timezone.now())
    return run


def _undo_part(part: Part, overwrite: bool) -> None:
    entity_run, spec = part.entity_run, part.spec
    if entity_run.state != State.UNDOING:
        try:
            with transaction.atomic():
                entity_run.move(State.UNDOING, problem="")
        except IntegrityError:
            raise Busy(spec.name, "another run") from None
    with running_parts.locked(spec.entity.name):
        undo_pages(spec, entity_run.pk, entity_run.summary.get("not_valid", {}), overwrite)
    kept = sql_repairs.not_restored(entity_run.pk)
    entity_run.move(State.UNDONE, problem=_sentence(spec, kept), finished_at=timezone.now())


def _sentence(spec: RepairSpec, kept: Sequence[str]) -> str:
    """Which rows keep what they hold; empty if all were restored."""
    if not kept:
        return ""
    more = f" and {len(kept) - NAMED:,} more" if len(kept) > NAMED else ""
    return (
        f"{len(kept):,} rows of {spec.table} were edited or deleted after the repair and were left as they are; "
        f"legacy ids {', '.join(kept[:NAMED])}{more}."
    )
