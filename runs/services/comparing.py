"""One failed record in full: the legacy row then and now, what it would become, and what stands in its way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from catalog.declare import Reference, Spec
from catalog.registry import parent, specs
from catalog.repair import repairs
from legacy import reader
from runs.engine.readable import text
from runs.ledger.models import FailedRecord
from runs.services.declared import blamed_for, declaration, row_id, source_key
from runs.services.trying import Trial, trial
from runs.shapes import secret, shape


@dataclass(frozen=True)
class SourceValue:
    """One column that the declaration reads, as texts for a page: values, or their shapes for who may not see them."""

    #: The column as the declaration names it, such as "patient__doctor_id".
    path: str
    #: As it was when the row failed.
    failed: str
    #: As the legacy row has it now; None if the row is gone.
    current: str | None
    #: The legacy row has another value now than when it failed.
    changed: bool
    #: What a correction makes of it; None if none applies.
    corrected: str | None
    #: It fills the field that failed.
    offending: bool


@dataclass(frozen=True)
class TargetValue:
    """One field of the target, as it would be written."""

    field: str
    #: What would be written, or its shape; the UUID for a reference; None for NULL.
    value: str | None
    #: The source columns that fill it.
    paths: tuple[str, ...]
    #: The field that the row failed for, or would fail for.
    offending: bool
    #: Why it cannot be written: a sentence without values; empty if it can.
    problem: str


@dataclass(frozen=True)
class MissingParent:
    """A row that the record refers to, and that was not migrated."""

    field: str
    path: str
    entity: str
    #: The parent's legacy id: a key, shown to everybody.
    legacy_id: str
    #: The legacy database has such a row.
    exists: bool
    #: Its own failed record, if it has one.
    failed: FailedRecord | None


@dataclass(frozen=True)
class Comparison:
    """What a page needs to show of one failed record. Every text in it may be shown to its reader as it is."""

    record: FailedRecord
    #: The legacy row is there, and in the declaration's scope.
    there: bool
    #: It would go through now, as far as can be told without writing.
    goes_through: bool
    #: The same in a sentence, without values.
    verdict: str
    source: list[SourceValue]
    #: Empty if the row cannot be read any more.
    target: list[TargetValue]
    parents: list[MissingParent]
    #: Other failed records of the same legacy row: of entities that read the same table, and other parts of the row.
    siblings: list[FailedRecord]


def shown(record: FailedRecord, *, reveal: bool = False) -> Comparison:
    """`reveal`: with legacy values, for those who may see them. Raises `UsageError` for a withdrawn entity.

    Reads one legacy row and a few rows of the ledger; writes nothing.
    """
    spec = declaration(record.entity)
    tried = trial(record.entity, [record.legacy_id])
    outcome, place = tried.outcomes[record.legacy_id], tried.place(record.legacy_id)
    return Comparison(
        record=record,
        there=outcome.there,
        goes_through=outcome.goes_through,
        verdict=outcome.message,
        source=_source(spec, record, tried, reveal),
        target=[] if place is None else _target(spec, record, tried, place, reveal),
        parents=[] if place is None else _parents(spec, tried, place),
        siblings=_siblings(spec, record),
    )


def _source(spec: Spec, record: FailedRecord, tried: Trial, reveal: bool) -> list[SourceValue]:
    guilty = blamed_for(record)
    order = {path: place for place, path in enumerate(spec.paths)}
    now, place = tried.raw.get(record.legacy_id), tried.place(record.legacy_id)
    found = []
    for path in sorted(record.source, key=lambda path: order.get(path, len(order))):
        failed = record.source[path]
        current = None if now is None else now.get(path)
        replaced = place is not None and record.legacy_id in tried.batch.replaced.get(path, {})
        corrected = tried.batch.source[path][place] if place is not None and replaced else None
        found.append(
            SourceValue(
                path=path,
                failed=_words(failed, path, reveal),
                current=None if now is None else _words(current, path, reveal),
                changed=now is not None and text(current) != text(failed),
                corrected=_words(corrected, path, reveal) if replaced else None,
                offending=path in guilty,
            )
        )
    return found


def _target(spec: Spec, record: FailedRecord, tried: Trial, place: int, reveal: bool) -> list[TargetValue]:
    problems = {row.field: row.message for row in reversed(tried.problems.get(record.legacy_id, []))}
    failed = record.field.split(", ")
    found = []
    for name, recipe in spec.recipes.items():
        value = tried.batch.values[name][place]
        masked = value is not None and not isinstance(recipe, Reference)
        hidden = any(map(secret, recipe.paths))
        found.append(
            TargetValue(
                field=name,
                value=_words(value, "", reveal and not hidden) if masked else text(value),
                paths=recipe.paths,
                offending=name in problems or name in failed,
                problem=problems.get(name, ""),
            )
        )
    return found


def _parents(spec: Spec, tried: Trial, place: int) -> list[MissingParent]:
    """The rows behind the references that lead to nothing, whether the row failed for them or not."""
    found = []
    for name, recipe in spec.references.items():
        entity = parent(spec, name)
        if entity is None or tried.batch.values[name][place] is not None or not _counts(recipe, tried, place):
            continue
        keys = {path: text(tried.batch.source[path][place]) for path in recipe.columns}
        for path, key in keys.items():
            if key is not None:
                failed = FailedRecord.objects.filter(entity=entity.name, legacy_id=key).first()
                found.append(MissingParent(name, path, entity.name, key, _exists(entity, key), failed))
    return found


def _counts(recipe: Reference, tried: Trial, place: int) -> bool:
    return all(tried.batch.source[path][place] == wanted for path, wanted in recipe.when.items())


def _exists(entity: Spec, legacy_id: str) -> bool:
    key = source_key(entity, legacy_id)
    if key is None:
        return False
    gone, _ = reader.unknown_ids(reader.Selection(entity.source, (entity.source._meta.pk.name,), ids=[key]))
    return not gone


def _siblings(spec: Spec, record: FailedRecord) -> list[FailedRecord]:
    readers: list[Spec] = [*specs(), *(repair.resolving for repair in repairs())]
    row = row_id(spec, record.legacy_id)
    same = Q()
    for one in readers:
        if one.source is spec.source:
            rows = Q(legacy_id=row) | Q(legacy_id__startswith=f"{row}:") if one.each else Q(legacy_id=row)
            same |= Q(entity=one.name) & rows
    return list(FailedRecord.objects.filter(same).exclude(pk=record.pk).order_by("entity", "legacy_id"))


def _words(value: Any, path: str, reveal: bool) -> str:
    """The value for who may see it (NULL is empty), its shape for others and for credentials."""
    plain = value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)
    if not reveal or secret(path):
        return shape(plain)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, list | dict) else text(plain) or ""
