"""The part of a run that proves: entities are compared with their legacy rows, check by check."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from catalog.declare import Spec
from legacy import reader
from runs import findings, sampling, sql, validating
from runs.errors import StopRequested
from runs.ledger.models import Page
from runs.locks import locked
from runs.models import EntityRun
from runs.sampling import Sample
from runs.sides import Comparison
from runs.states import State
from runs.validation import checks, row_by_row

if TYPE_CHECKING:
    from runs.parts import Part

#: Progress is written, and wishes to stop are heard, once in so many seconds.
PACE_S = 0.5


def extent(entities: Sequence[Spec]) -> reader.Extent:
    """The legacy rows of these entities."""
    selections = [reader.Selection(e.source, (e.source._meta.pk.name,), e.where) for e in entities]
    extents = [reader.extent(selection) for selection in selections]
    return reader.Extent(sum(e.total for e in extents), sum(e.in_scope for e in extents), None)


def carry_out(part: Part, entities: Sequence[Spec], whole: reader.Extent) -> dict[str, Any]:
    """Compares the entities; returns how the part's record changes.

    All legacy rows in scope are read, and none of them changes anything: that is its equation; beyond a sample they are
    not reached. What is wrong with them are findings, which decide the state. A dry run keeps none, as what they speak
    of does not stay. A part that was stopped goes on with the check that it was at.
    """
    options = part.run.options
    names = [name for name in checks() if name in (options.get("checks") or checks())]
    sample = Sample(**options["sample"]) if options.get("sample") else None
    done: dict[str, Any] = part.entity_run.summary.get("done", {})
    progress = Progress(part, whole.in_scope, len(row_by_row().intersection(names)) or 1)
    assert isinstance(part.means, reader.Snapshot)
    for entity in entities:
        with locked(entity.name), validating.one_view():
            for name in names:
                if f"{entity.name} {name}" not in done:
                    comparison = Comparison(sample, progress.told)
                    found = validating.examined(entity, part.means, name, comparison)
                    done[f"{entity.name} {name}"] = _kept(part, entity, name, found, comparison)
                    progress.checked(done)
    return _outcome(entities, done, whole, sample)


def _kept(part: Part, entity: Spec, name: str, found: list[findings.Checked], comparison: Comparison) -> dict[str, Any]:
    """What a check has found and how many rows it has compared, as plain data."""
    if part.run.dry_run:
        kept = [findings.as_dict(one) for one in found]
    else:
        kept = findings.keep(entity.name, [name], found, part.entity_run)
    return {"findings": kept, "rows": comparison.rows, "defective": sorted(comparison.defective)}


def _outcome(
    entities: Sequence[Spec], done: dict[str, Any], whole: reader.Extent, sample: Sample | None
) -> dict[str, Any]:
    outcome = findings.outcome([one for check in done.values() for one in check["findings"]])
    compared = {key: check["rows"] for key, check in done.items() if key.partition(" ")[2] in row_by_row()}
    rows = whole.in_scope
    if sample:
        proofs = [_proven(entity, done) for entity in entities]
        rows = min(rows, sum(proof["rows"] for proof in proofs))
        outcome["summary"] |= {"sample": sample.as_dict(), "proven": proofs}
    outcome["summary"]["compared"] = compared
    return {**outcome, "read": rows, "unchanged": rows, "not_reached": whole.in_scope - rows}


def _proven(entity: Spec, done: dict[str, Any]) -> dict[str, Any]:
    """What the sample says of the entity: the rows that every check compared, and those with any defect."""
    mine = [check for key, check in done.items() if key in {f"{entity.name} {name}" for name in row_by_row()}]
    defective = {legacy_id for check in mine for legacy_id in check["defective"]}
    rows = max(check["rows"] for check in mine)
    return sampling.proven(entity.name, rows, len(defective), sql.rows_of(entity.name, parts=False)[0])


class Progress:
    """Says now and then how far a part has come: rows in scope, of which each check has its share."""

    def __init__(self, part: Part, rows: int, shares: int) -> None:
        self.part, self.rows, self.shares = part, rows, shares
        self.compared = self.told_of = 0
        self.last = time.monotonic()
        # What a part that was stopped had read does not count twice.
        EntityRun.objects.filter(pk=part.entity_run.pk).update(read=0, unchanged=0)

    def told(self, rows: int) -> None:
        self.compared += rows
        if time.monotonic() - self.last >= PACE_S:
            try:
                self._say()
            except StopRequested as stop:
                # A worker whose time is up ends its check: begun anew by the next one, it might never end.
                if stop.state != State.QUEUED:
                    raise

    def checked(self, done: dict[str, Any]) -> None:
        """A check is through: what it found is kept, so that it need not be made again."""
        EntityRun.objects.filter(pk=self.part.entity_run.pk).update(summary={"done": done})
        self._say()

    def _say(self) -> None:
        read = min(self.rows, self.compared // self.shares)
        page = Page(read=read - self.told_of, unchanged=read - self.told_of)
        self.told_of, self.last = read, time.monotonic()
        self.part.committed(page)
