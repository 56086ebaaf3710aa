"""What an undo takes back, as it is kept with its run: names, entity runs and legacy ids, and how to go about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from catalog.declare import Spec
from catalog.repair import RepairSpec
from catalog.work import named, reads
from runs.engine.undo_set import Dependants
from runs.models import EntityRun, Run
from runs.sql_undo_set import Choice

#: Runs of these kinds change the target, and can be taken back.
KINDS = (Run.Kind.MIGRATION, Run.Kind.RETRY)


@dataclass(frozen=True)
class Scope:
    """`parts`: entity or repair → its entity runs by UUID, the latest first, or None for whatever is there of it.

    `ids`: only these legacy rows. `take`: rows that somebody has edited since are not spared.
    """

    parts: Mapping[str, Sequence[str] | None]
    ids: Sequence[str] | None = None
    dependants: Dependants = Dependants.REFUSE
    take: bool = False

    @classmethod
    def of(cls, run: Run) -> Self:
        facts = run.options["undo"]
        return cls(facts["parts"], facts["ids"], Dependants(facts["dependants"]), facts["take"])

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "dependants": self.dependants.value}

    @property
    def choices(self) -> list[Choice]:
        """The rows of entities that are meant."""
        return [self.choice(name) for name in self.parts if isinstance(named(name), Spec)]

    def choice(self, name: str) -> Choice:
        """What is meant of one of the parts."""
        (spec,) = reads(named(name))
        return Choice(name, spec.target._meta.db_table, self.parts[name], self.ids, spec.each is not None)

    @property
    def repairs(self) -> list[RepairSpec]:
        return [work for name in self.parts if isinstance(work := named(name), RepairSpec)]

    def entity_runs(self, name: str) -> list[EntityRun]:
        """The entity runs of one of the parts, the latest first."""
        runs = self.parts[name]
        found = EntityRun.objects.filter(entity=name, run__dry_run=False, run__kind__in=KINDS)
        if runs is not None:
            found = found.filter(pk__in=runs)
        return list(found.select_related("run").order_by("-run_id"))

    def chosen_runs(self) -> list[EntityRun]:
        """The entity runs that are taken back as a whole."""
        return [] if self.ids is not None else [one for name in self.parts for one in self.entity_runs(name)]
