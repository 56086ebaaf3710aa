"""The rows that a row refers to, and those that refer to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from catalog.declare import Reference, Spec
from catalog.registry import parent, specs
from runs.engine.rows import Batch
from runs.ledger.models import FailedRecord, Mapping, PendingReference
from runs.looking.places import Place, source_row
from runs.results import groups


def parents(place: Place) -> list[dict[str, Any]]:
    """Each declared reference that the legacy row or the target row holds: the legacy keys, and what became of them.

    `holds`: the UUID in the target row. `arrived_as`: that to which the first of the keys with a mapping is mapped.
    """
    batch, held = source_row(place.spec, place.legacy_id), _held(place)
    position = batch.ids.index(place.legacy_id) if place.legacy_id in batch.ids else None
    found = []
    for name, recipe in place.spec.references.items():
        to = parent(place.spec, name)
        keys = [] if position is None else _keys(recipe, batch, position)
        if to and (keys or held.get(name)):
            found.append({"field": name, "entity": to.name, "holds": held.get(name), "keys": _known(to, keys)})
    return found


def _known(to: Spec, keys: list[str]) -> list[dict[str, Any]]:
    mapped = dict(Mapping.objects.filter(entity=to.name, legacy_id__in=keys).values_list("legacy_id", "target_id"))
    failed = dict(FailedRecord.objects.filter(entity=to.name, legacy_id__in=keys).values_list("legacy_id", "state"))
    return [
        {
            "legacy_id": key,
            "target_id": mapped.get(key) and str(mapped[key]),
            "state": "arrived" if key in mapped else f"failed, {failed[key]}" if key in failed else "not in the target",
        }
        for key in keys
    ]


def _keys(recipe: Reference, batch: Batch, position: int) -> list[str]:
    if any(batch.source[path][position] != wanted for path, wanted in recipe.when.items()):
        return []
    keys = [batch.source[path][position] for path in recipe.columns]
    return list(dict.fromkeys(str(key) for key in keys if key is not None))


def _held(place: Place) -> dict[str, str]:
    """Reference → the UUID in the target row."""
    if place.mapping is None or not place.spec.references:
        return {}
    names = {place.spec.foreign_key(name).attname: name for name in place.spec.references}
    row = place.spec.target._default_manager.filter(pk=place.mapping.target_id).values(*names).first() or {}
    return {names[attname]: str(value) for attname, value in row.items() if value is not None}


def children(one: Spec, target_id: UUID) -> list[dict[str, Any]]:
    """Each declared reference by which target rows refer to this one, with their number; each is one index look-up."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for child in specs():
        for name in child.references:
            foreign_key = child.foreign_key(name)
            place = child.target._meta.db_table, name
            if foreign_key.related_model is one.target and place not in found:
                rows = child.target._default_manager.filter(**{foreign_key.attname: target_id}).count()
                found[place] = {"entity": child.name, "field": name, "attname": foreign_key.attname, "rows": rows}
    return [line for line in found.values() if line["rows"]]


def waiting_for(one: Spec, legacy_id: str) -> list[dict[str, Any]]:
    """References that wait for this row to arrive."""
    rows = PendingReference.objects.filter(parent_entity=one.name, parent_legacy_id=legacy_id)
    return [
        {"entity": entity, "field": field, "rows": number} for entity, field, number in groups(rows, "entity", "field")
    ]
