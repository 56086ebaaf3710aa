"""Where a key is known: in the legacy tables, in the mappings, among the failed records, in the target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from catalog.declare import Spec
from catalog.registry import UnknownEntity, spec, specs
from legacy import reader
from runs.engine.rows import Batch
from runs.engine.transform import read
from runs.ledger.models import BeforeImage, FailedRecord, Mapping, RemovedRow
from runs.reporting.rows import as_key


class Place(NamedTuple):
    """A legacy id of an entity, and what is known under it.

    `there`: the legacy row exists; `in_scope`: the declaration selects it.
    """

    spec: Spec
    legacy_id: str
    there: bool
    in_scope: bool
    mapping: Mapping | None = None
    failed: FailedRecord | None = None

    @property
    def known(self) -> bool:
        return self.there or self.mapping is not None or self.failed is not None


def of_legacy_id(entities: Sequence[Spec], legacy_id: str) -> list[Place]:
    """The places where this legacy id is known. The id of a row that becomes several stands for its parts too."""
    ids = {one.name: _ids(one, legacy_id) for one in entities}
    wanted = {legacy_id, *(part for parts in ids.values() for part in parts)}
    names = list(ids)
    mapped = _by_place(Mapping.objects.filter(entity__in=names, legacy_id__in=wanted))
    failed = _by_place(FailedRecord.objects.filter(entity__in=names, legacy_id__in=wanted).select_related("page"))
    found = []
    for one in entities:
        there, in_scope = exists(one, legacy_id)
        known = [
            i for i in dict.fromkeys([legacy_id, *ids[one.name]]) if (one.name, i) in mapped.keys() | failed.keys()
        ]
        found += [
            Place(one, i, there, in_scope, mapped.get((one.name, i)), failed.get((one.name, i)))
            for i in known or [legacy_id]
        ]
    return [place for place in found if place.known]


def of_target_id(target_id: UUID) -> list[Place]:
    """The places whose target row has, or had, this UUID."""
    pairs = {(one.entity, one.legacy_id) for one in Mapping.objects.filter(target_id=target_id)}
    if not pairs:
        for model in (BeforeImage, RemovedRow):
            pairs |= set(model.objects.filter(target_id=target_id).values_list("entity", "legacy_id"))
    found = [place for entity, legacy_id in sorted(pairs) for place in _declared(entity, legacy_id)]
    return [place for place in found if place.known]


def rows_of_nobody(target_id: UUID) -> list[Spec]:
    """One entity for each target table that has a row of this UUID."""
    tables = {one.target: one for one in reversed(specs())}
    return [one for model, one in tables.items() if model._default_manager.filter(pk=target_id).exists()]


def exists(one: Spec, legacy_id: str) -> tuple[bool, bool]:
    """Whether the legacy row exists, and whether the declaration selects it."""
    key = _key(one, legacy_id)
    if key is None:
        return False, False
    pk = one.source._meta.pk.name
    gone, outside = reader.unknown_ids(reader.Selection(one.source, (pk,), one.where, ids=[key]))
    return not gone, not gone and not outside


def source_row(one: Spec, legacy_id: str) -> Batch:
    """The legacy row as the declaration reads it, in one line for each of its parts; empty if there is none."""
    key = _key(one, legacy_id)
    ids = [] if key is None else [key]
    page = next(reader.pages(reader.Selection(one.source, one.paths, None, one.annotate, ids), 1))
    return read(one, page.rows, settings.UUID_NAMESPACE)[0]


def _ids(one: Spec, legacy_id: str) -> list[str]:
    """The id, or those of the parts that the row becomes; a part's id stands for itself."""
    return source_row(one, legacy_id).ids if one.each and ":" not in legacy_id else [legacy_id]


def _key(one: Spec, legacy_id: str) -> Any:
    """As the legacy table has it; None for what can be no key of it."""
    return as_key(one.source._meta.pk, legacy_id.partition(":")[0] if one.each else legacy_id)


def _by_place(rows: Iterable[Any]) -> dict[tuple[str, str], Any]:
    return {(row.entity, row.legacy_id): row for row in rows}


def _declared(entity: str, legacy_id: str) -> list[Place]:
    try:
        return of_legacy_id([spec(entity)], legacy_id)
    except UnknownEntity:
        return []
