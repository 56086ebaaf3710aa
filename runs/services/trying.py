"""Would a row go through now? The way of a page, carried out for a few rows in memory and not written."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from catalog.declare import Spec
from legacy import reader
from runs import sql
from runs.engine.correct import Corrections
from runs.engine.prepare import Parents
from runs.engine.resolve import resolve
from runs.engine.rows import Batch, Rejected
from runs.engine.transform import read, transform
from runs.ledger.models import Correction
from runs.services.declared import corrected_as, declaration, row_id, source_key

GONE = "The legacy row is gone, or the declaration selects it no more."
MIGRATED = "The row has been migrated."
FINE = "It would go through, as far as can be told without writing."


@dataclass(frozen=True)
class Outcome:
    """What would become of a row. `message` is a sentence without values; `code` and `field` say what would fail."""

    legacy_id: str
    there: bool
    goes_through: bool
    message: str
    code: str = ""
    field: str = ""


@dataclass
class Trial:
    """Rows as they would be written, with their corrections, and what would become of each, by legacy id."""

    #: Source columns as corrected, and all target values that could be made.
    batch: Batch
    #: Legacy id → source columns as they are in the legacy database.
    raw: dict[str, dict[str, Any]]
    #: Legacy id → what stands in its way, in the order in which a run would find it.
    problems: dict[str, list[Rejected]]
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def place(self, legacy_id: str) -> int | None:
        """Where the row is in the batch; None if it is not there."""
        return self.batch.ids.index(legacy_id) if legacy_id in self.batch.ids else None


def what_if(entity: str, legacy_ids: Collection[str], correction: Correction | None = None) -> dict[str, Outcome]:
    """Legacy id → what would become of it, with one correction more than are in force. Nothing is written."""
    return trial(entity, legacy_ids, [] if correction is None else [correction]).outcomes


def trial(entity: str, legacy_ids: Collection[str], more: Iterable[Correction] = ()) -> Trial:
    """`more`: corrections that are not in force yet. Raises `UsageError` for an entity that is not declared."""
    spec, name = declaration(entity), corrected_as(entity)
    corrections = [*Correction.objects.filter(entity=name, revoked_at=None).order_by("pk"), *more]
    batch, rejected = _read(spec, legacy_ids, Corrections(spec, corrections))
    raw = {row.legacy_id: dict(row.source) for row in rejected}
    raw |= {legacy_id: batch.source_row(place) for place, legacy_id in enumerate(batch.ids)}
    # Both stages leave what they were given as it was, but for the values, which also rejected rows get.
    rejected += transform(spec, batch)[1] + resolve(spec, batch, Parents().find)[1]
    problems: dict[str, list[Rejected]] = {}
    for row in rejected:
        problems.setdefault(row.legacy_id, []).append(row)
    found = Trial(batch, raw, problems)
    migrated = sql.target_ids(name, legacy_ids) if name == entity else {}
    parts: dict[str, list[str]] = {}
    for one in batch.ids if spec.each else ():
        parts.setdefault(row_id(spec, one), []).append(one)
    for legacy_id in legacy_ids:
        found.outcomes[legacy_id] = _outcome(found, legacy_id, parts.get(legacy_id, []), legacy_id in migrated)
    return found


def _read(spec: Spec, legacy_ids: Collection[str], corrections: Corrections) -> tuple[Batch, list[Rejected]]:
    """The legacy rows behind the ids as the declaration reads them; of a split row the wanted parts, or all."""
    keys = {source_key(spec, legacy_id) for legacy_id in legacy_ids} - {None}
    selection = reader.Selection(spec.source, spec.paths, spec.where, spec.annotate, sorted(keys))
    page = next(reader.pages(selection, max(len(keys), 1)))
    batch, rejected = read(spec, page.rows, settings.UUID_NAMESPACE, corrections)
    wanted = set(legacy_ids)
    batch = batch.at([i for i, one in enumerate(batch.ids) if one in wanted or row_id(spec, one) in wanted])
    return batch, rejected


def _outcome(found: Trial, legacy_id: str, parts: list[str], migrated: bool) -> Outcome:
    """`parts`: those of a row that could not be split; it goes through when all of them do."""
    if migrated:
        return Outcome(legacy_id, legacy_id in found.raw, False, MIGRATED)
    problems = [row for one in (legacy_id, *parts) for row in found.problems.get(one, [])]
    if problems:
        first = problems[0]
        return Outcome(legacy_id, True, False, first.message, first.code, first.field)
    there = bool(parts) or legacy_id in found.raw
    return Outcome(legacy_id, there, there, FINE if there else GONE)
