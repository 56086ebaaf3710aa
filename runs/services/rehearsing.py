"""Before a correction is made: which wrong values a group of failures has, and what a correction of one would bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KeyTransform

from catalog.declare import Reference
from catalog.registry import parent
from runs.engine.readable import text
from runs.errors import UsageError
from runs.ledger.models import Correction, FailedRecord, Mapping
from runs.services.correcting import Wanted, concerned, drafted
from runs.services.declared import blamed, by_entity, declaration, row_id
from runs.services.selecting import Selection
from runs.services.trying import trial
from runs.shapes import secret

#: Values of a column that are told apart, and rows that a rehearsal tries.
VALUES, ROWS = 50, 1_000


@dataclass(frozen=True)
class WrongValue:
    """What a column says in so many open records, as the rule about it that has no answer yet."""

    wanted: Wanted
    #: The value as JSON gives it, of which masks know the kind.
    value: Any
    rows: int


@dataclass(frozen=True)
class WrongColumn:
    """A source column to blame. `parent`: the entity whose legacy keys it holds; empty for a column of values."""

    path: str
    parent: str
    values: list[WrongValue]
    #: There are more values than these, rarer ones.
    more: bool


@dataclass(frozen=True)
class Rehearsal:
    """What a correction would bring. `obstacles`: sentences without values, with the rows that they stop."""

    draft: Correction
    #: Open failed records that it speaks of, how many of them were tried, and how many of these would go through.
    rows: int
    tried: int
    through: int
    obstacles: list[tuple[str, int]]


def wrong_columns(fingerprint: str) -> list[WrongColumn]:
    """The columns behind the open records of a group, each with its commonest values. Raises `UsageError`."""
    records = Selection(fingerprint=fingerprint).rows(FailedRecord.State.OPEN)
    first = next(iter(records.order_by()[:1]), None)  # in no order: sorting a large group takes longer than all else
    if first is None:
        return []
    found = []
    for path in blamed(declaration(first.entity), first.field):
        if secret(path):
            continue
        said = records.order_by().filter(source__has_key=path).annotate(said=KeyTransform(path, "source"))
        counted = said.values_list("said").annotate(rows=Count("pk")).order_by("-rows", "said")[: VALUES + 1]
        field = first.field if first.field in declaration(first.entity).recipes else ""
        values = [
            WrongValue(Wanted(first.entity, path, text(value), field=field, fingerprint=fingerprint), value, rows)
            for value, rows in counted
        ]
        found.append(WrongColumn(path, parent_of(first.entity, path), values[:VALUES], len(values) > VALUES))
    return found


def parent_of(entity: str, path: str) -> str:
    """The entity whose legacy keys a source column holds; empty for a column of values."""
    spec = declaration(entity)
    for name, recipe in spec.recipes.items():
        if isinstance(recipe, Reference) and path in recipe.columns:
            found = parent(spec, name)
            return found.name if found else ""
    return ""


def of_record(record: FailedRecord, path: str, **instead: Any) -> Wanted:
    """A correction of a column of one record; `instead`: `new` or `target_id`, and `reason`.

    What a row is split by is corrected for the whole row.
    """
    spec = declaration(record.entity)
    whole = spec.each is not None and path in spec.each.columns
    legacy_id = row_id(spec, record.legacy_id) if whole else record.legacy_id
    field = record.field if path in blamed(spec, record.field) and record.field in spec.recipes else ""
    return Wanted(record.entity, path, text(record.source.get(path)), legacy_id=legacy_id, field=field, **instead)


def rehearse(wanted: Wanted) -> Rehearsal:
    """Tries a correction on the open records that it speaks of, in memory. Raises `UsageError` for what cannot be."""
    draft = drafted(wanted)
    entity = parent_of(wanted.entity, wanted.path)
    if entity and wanted.new is not None and not _migrated(entity, wanted.new):
        raise UsageError(f"No row of {entity} with this legacy key was migrated: name one that is in the new system.")
    records = concerned(draft)
    outcomes = [
        outcome
        for name, some in by_entity(records[:ROWS]).items()
        for outcome in trial(name, [record.legacy_id for record in some], [draft]).outcomes.values()
    ]
    obstacles = Counter(outcome.message for outcome in outcomes if not outcome.goes_through)
    return Rehearsal(draft, len(records), len(outcomes), len(outcomes) - obstacles.total(), obstacles.most_common())


def spoken_of(corrections: Collection[int]) -> list[int]:
    """The open failed records that these corrections speak of, by number; one query for each entity and each rule."""
    made = Correction.objects.filter(pk__in=corrections)
    rows: dict[str, list[str]] = {}
    for entity, legacy_id in made.exclude(legacy_id="").values_list("entity", "legacy_id"):
        rows.setdefault(entity, []).append(legacy_id)
    found = {record.pk for rule in made.filter(legacy_id="") for record in concerned(rule)}
    for entity, ids in rows.items():
        open_records = Selection(entity=entity, legacy_ids=ids).rows(FailedRecord.State.OPEN)
        found.update(open_records.values_list("pk", flat=True))
    return sorted(found)


def _migrated(entity: str, legacy_id: str) -> bool:
    return Mapping.objects.filter(entity=entity, legacy_id=legacy_id.strip()).exists()
