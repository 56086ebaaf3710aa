"""What an undo would do, in numbers, before anything is done."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog.work import named, reads
from runs import sql_failures, sql_repairs, undo_words
from runs.engine import undo_set
from runs.engine.undo_set import Dependant, Dependants
from runs.sql_undo_set import counts, edited_ids
from runs.undo_scope import Scope


@dataclass
class PartImpact:
    """What becomes of the rows of an entity, or of what a repair changed.

    `included`: nothing of it was chosen, its rows depend on chosen ones. `edited`: rows written by others since;
    they are among those to delete or to restore if they are to be taken, else among those to keep. `needed`: rows kept
    as rows that stay refer to them. `gone`: rows that somebody has deleted; the ledger forgets them.
    """

    name: str
    table: str
    included: bool = False
    runs: set[int] = field(default_factory=set)
    delete: int = 0
    restore: int = 0
    release: int = 0
    gone: int = 0
    keep: int = 0
    edited: int = 0
    #: Legacy ids of the rows edited since: some, or all if all were asked for.
    edited_ids: list[str] = field(default_factory=list)
    failures_undone: int = 0
    failures_reopened: int = 0

    @property
    def rows(self) -> int:
        """All rows that it is about."""
        return self.delete + self.restore + self.release + self.gone + self.keep

    @property
    def needed(self) -> int:
        return max(0, self.keep - self.edited)


@dataclass
class Impact:
    """The whole of it. `refusal`: why it would be refused, in a sentence; empty if it would not."""

    scope: Scope
    parts: list[PartImpact]
    dependants: list[Dependant]
    refusal: str = ""

    @property
    def keeps(self) -> int:
        """Rows that were chosen and would stay."""
        return sum(part.keep for part in self.parts)


def impact(scope: Scope, all_ids: bool = False) -> Impact:
    """What an undo of this scope would do. `all_ids`: name every row that was edited since, not only some."""
    parts, found = _rows(scope, all_ids)
    for name in scope.parts:
        part = parts.setdefault(name, PartImpact(name, _table(name)))
        part.failures_undone = sql_failures.count_undone(scope.choice(name))
    for repair in scope.repairs:
        part, runs = parts[repair.name], [str(one.pk) for one in scope.entity_runs(repair.name)]
        edited = sql_repairs.edited(runs, scope.ids, repair.table)
        rows = len(sql_repairs.not_restored(runs, scope.ids))
        part.edited, part.edited_ids = len(edited), edited if all_ids else edited[: undo_words.NAMED]
        part.keep = 0 if scope.take else part.edited
        part.restore = rows - part.keep
    refused = scope.dependants == Dependants.REFUSE and found
    refusal = undo_words.refusal(list(scope.parts), found) if refused else ""
    return Impact(scope, _in_order(list(parts.values())), found, refusal)


def _rows(scope: Scope, all_ids: bool) -> tuple[dict[str, PartImpact], list[Dependant]]:
    """The entities' parts by name, and the dependants."""
    parts: dict[str, PartImpact] = {}
    with undo_set.built(scope.choices, scope.dependants, scope.take) as whole:
        for entity, _, fate, edited, run, number in counts():
            part = parts.setdefault(entity, PartImpact(entity, _table(entity), entity not in scope.parts))
            part.runs.add(run)
            setattr(part, fate, getattr(part, fate) + number)
            part.edited += number if edited else 0
        for name, part in parts.items():
            if part.edited:
                part.edited_ids = edited_ids(name, None if all_ids else undo_words.NAMED)
            part.failures_reopened = sql_failures.to_reopen(name)
    return parts, whole.found


def _table(name: str) -> str:
    return str(reads(named(name))[0].target._meta.db_table)


def _in_order(parts: list[PartImpact]) -> list[PartImpact]:
    """As they are worked off: repairs, then entities, children first."""
    order = undo_set.order()
    return sorted(parts, key=lambda part: order.index(part.name))
