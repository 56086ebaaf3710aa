"""How far each script of the inventory is, derived from the runs of its entities.

A part of a script is what its runs are named by: an entity, a repair, a validation or, for a script that declares none
of them, the script itself (`differential_migration`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.db.models import F, Q, QuerySet, Sum, TextChoices

from catalog.models import MigrationScript
from catalog.plan import ordered
from catalog.repair import RepairSpec, repairs
from catalog.validation import ValidationSpec, validations
from catalog.work import Work
from runs.models import EntityRun, Run
from runs.states import FINISHED, State

#: Name → its declaration, if it has one.
Parts = dict[str, Work | None]
HUNDREDTH = Decimal("0.01")
ALL = Decimal(100)


class Status(TextChoices):
    """How far a script, or a part of it, is."""

    NOT_STARTED = "not_started", "not started"
    RUNNING = "running", "running"
    INCOMPLETE = "incomplete", "incomplete"
    COMPLETE = "complete", "complete"
    COMPLETE_WITH_FAILURES = "complete_with_failures", "complete with failures"
    ROLLED_BACK = "rolled_back", "rolled back"
    VALIDATION_FAILED = "validation_failed", "validation failed"


#: What a status says about a script, in a sentence.
MEANING = {
    Status.NOT_STARTED: "Nothing of it has run yet.",
    Status.RUNNING: "A run is at it.",
    Status.INCOMPLETE: "A part has not run, or its last run did not reach the end.",
    Status.COMPLETE: "It ran to its end, and every row in scope went well.",
    Status.COMPLETE_WITH_FAILURES: "It ran to its end, and some rows failed.",
    Status.ROLLED_BACK: "What it did was taken back.",
    Status.VALIDATION_FAILED: "It ran to its end, and what it did does not stand up to the check.",
}

ENDED = {Status.COMPLETE, Status.COMPLETE_WITH_FAILURES}


def made(run: EntityRun) -> int:
    """The rows that are in the target since this run, and have not been taken back."""
    return run.created + run.matched - run.taken_back


def arrived(run: EntityRun) -> int:
    """The rows that were in the target at the end of this run."""
    return made(run) + run.updated + run.unchanged


@dataclass(frozen=True)
class Tally:
    """So many of so many rows."""

    migrated: int
    whole: int

    @property
    def rate(self) -> Decimal | None:
        """In percent with two decimals; 100 only if it is all of them. None where there is no row to migrate."""
        if not self.whole:
            return None
        rounded = (ALL * self.migrated / self.whole).quantize(HUNDREDTH, ROUND_HALF_UP)
        return rounded if self.migrated >= self.whole else min(rounded, ALL - HUNDREDTH)


@dataclass(frozen=True)
class Part:
    """A part of a script and what is known of its runs, dry runs left aside.

    `latest` is its newest run over the whole legacy table that was not undone, `ended` the newest such run that came to
    its end, `later` the runs over chosen rows (--ids) that ended since. `gone` counts the rows that `ended` found
    unchanged and that went away later, when what an earlier run had made was taken back; `mended` those that earlier
    runs of a repair put right, which `ended` therefore found nothing wrong with.
    """

    name: str
    spec: Work | None = None
    running: bool = False
    undone: bool = False
    latest: EntityRun | None = None
    ended: EntityRun | None = None
    later: tuple[EntityRun, ...] = ()
    gone: int = 0
    mended: int = 0

    @property
    def status(self) -> Status:
        if self.running:
            return Status.RUNNING
        if self.latest is None:
            left = Status.INCOMPLETE if self.later else Status.NOT_STARTED
            return Status.ROLLED_BACK if self.undone else left
        if self.latest.state in FINISHED:
            taken = self.gone + (self.ended.taken_back if self.ended else 0)
            if taken and self.tally and not self.tally.migrated:
                return Status.ROLLED_BACK
            if taken or self.latest.not_reached:
                return Status.INCOMPLETE
            if isinstance(self.spec, ValidationSpec):
                right = self.latest.state == State.SUCCEEDED
                return Status.COMPLETE if right else Status.VALIDATION_FAILED
            return Status.COMPLETE_WITH_FAILURES if self.failed else Status.COMPLETE
        # A run that stopped on an error never closes its books: if they are closed, it is their balance that is wrong.
        unbalanced = self.latest.state == State.BROKEN and "failures" in self.latest.summary
        return Status.VALIDATION_FAILED if unbalanced else Status.INCOMPLETE

    @cached_property
    def tally(self) -> Tally | None:
        """The rows in the target of all rows in scope; None if no run over the whole table has ended.

        A validation has none: it brings no row to the target.
        """
        if self.ended is None or isinstance(self.spec, ValidationSpec):
            return None
        whole = (self.ended.in_scope or 0) + self.ended.expanded + self.mended
        return Tally(min(arrived(self.ended) + self._caught_up + self.mended - self.gone, whole), whole)

    @property
    def failed(self) -> int:
        """The rows that failed, less those that came in afterwards."""
        return max(0, self.ended.failed - self._caught_up) if self.ended else 0

    @property
    def _caught_up(self) -> int:
        mended = sum(run.updated for run in self.later) if isinstance(self.spec, RepairSpec) else 0
        return mended + sum(made(run) for run in self.later)


@dataclass(frozen=True)
class Progress:
    """A script and its parts."""

    script: MigrationScript
    parts: tuple[Part, ...]

    @property
    def status(self) -> Status:
        statuses = {part.status for part in self.parts}
        for status in (Status.RUNNING, Status.VALIDATION_FAILED):
            if status in statuses:
                return status
        if statuses <= {Status.NOT_STARTED, Status.ROLLED_BACK}:
            return Status.ROLLED_BACK if Status.ROLLED_BACK in statuses else Status.NOT_STARTED
        if not statuses <= ENDED:
            return Status.INCOMPLETE
        if Status.COMPLETE_WITH_FAILURES not in statuses:
            return Status.COMPLETE
        check = self.script.kind == MigrationScript.Kind.VALIDATE
        return Status.VALIDATION_FAILED if check else Status.COMPLETE_WITH_FAILURES

    @cached_property
    def tally(self) -> Tally | None:
        """The sum over the parts that were measured; None if none was."""
        found = [part.tally for part in self.parts if part.tally]
        return Tally(sum(t.migrated for t in found), sum(t.whole for t in found)) if found else None

    @property
    def failed(self) -> int:
        return sum(part.failed for part in self.parts)

    @property
    def entities(self) -> list[str]:
        """The names of its entities, or of its repairs or validations."""
        return [part.name for part in self.parts if part.spec]


def progress(scripts: Iterable[MigrationScript]) -> list[Progress]:
    """How far each of these scripts is, in their order."""
    declared: dict[int, Parts] = defaultdict(dict)
    everything: Iterable[Work] = (*ordered(), *repairs(), *validations())
    for spec in everything:
        declared[spec.script][spec.name] = spec
    named = [(script, declared.get(script.number) or {own_name(script): None}) for script in scripts]
    found = parts({name: spec for _, names in named for name, spec in names.items()})
    return [Progress(script, tuple(found[name] for name in names)) for script, names in named]


def own_name(script: MigrationScript) -> str:
    """The name of the runs of a script without entities: its original file's, as a Python name."""
    return script.file_name.partition(".")[0].replace("-", "_")


def parts(names: Parts) -> dict[str, Part]:
    """What is known of the runs of each name, in a handful of queries whatever the number of names and runs."""
    # An undo counts by what it took from other runs; a validation of an entity is no migration of it.
    checks = [name for name, spec in names.items() if isinstance(spec, ValidationSpec)]
    own_kind = Q(run__kind__in=[Run.Kind.MIGRATION, Run.Kind.RETRY])
    own_kind |= Q(run__kind=Run.Kind.VALIDATION, entity__in=checks)
    real = EntityRun.objects.filter(own_kind, run__dry_run=False, entity__in=list(names)).exclude(state=State.PLANNED)
    standing = real.exclude(state=State.UNDONE)
    chosen_rows = Q(run__options__ids__isnull=False) & ~Q(run__options__ids=None)
    over_all = standing.exclude(chosen_rows)
    running = _names(real.filter(state__in=[State.RUNNING, State.UNDOING]))
    undone = _names(real.filter(state=State.UNDONE))
    taken = undone | _names(real.filter(taken_back__gt=0))
    latest, ended = _newest(over_all), _newest(over_all.filter(state__in=FINISHED))
    later = defaultdict(list)
    for run in standing.filter(chosen_rows, state__in=FINISHED):
        if run.entity not in ended or run.run_id > ended[run.entity].run_id:
            later[run.entity].append(run)
    return {
        name: Part(
            name=name,
            spec=spec,
            running=name in running,
            undone=name in undone,
            latest=latest.get(name),
            ended=ended.get(name),
            later=tuple(later[name]),
            gone=_gone(real, ended[name]) if name in taken and name in ended else 0,
            mended=_mended(standing, ended[name]) if isinstance(spec, RepairSpec) and name in ended else 0,
        )
        for name, spec in names.items()
    }


def _gone(real: QuerySet[EntityRun], ended: EntityRun) -> int:
    """What was unchanged in this run is as much as earlier runs had made: less, if some of that was taken back."""
    earlier = real.filter(entity=ended.entity, run_id__lt=ended.run_id)
    return max(0, ended.unchanged - sum(made(run) for run in earlier))


def _mended(standing: QuerySet[EntityRun], ended: EntityRun) -> int:
    earlier = standing.filter(entity=ended.entity, run_id__lt=ended.run_id)
    return earlier.aggregate(rows=Sum(F("updated") - F("taken_back")))["rows"] or 0


def _names(runs: QuerySet[EntityRun]) -> set[str]:
    return set(runs.values_list("entity", flat=True))


def _newest(runs: QuerySet[EntityRun]) -> dict[str, EntityRun]:
    return {run.entity: run for run in runs.order_by("entity", "-run_id").distinct("entity").select_related("run")}
