"""Every foreign key points to the very row that the legacy key means, and not merely to some row.

The legacy keys are looked up in the mappings of the entity that they refer to; the first key that is mapped counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from catalog.declare import Reference, Spec
from catalog.registry import parent
from legacy import reader
from runs import sql_validation
from runs.engine.prepare import Parents
from runs.engine.resolve import Meant, meant
from runs.engine.rows import Batch
from runs.findings import Found, Kind, Notes, Origin
from runs.models import Severity
from runs.sides import Sides, sides

WRONG_ROW = Kind(
    "wrong_row",
    Severity.CRITICAL,
    "These rows hold in {field} another row than the one that their legacy key means.",
)
STRAY_LINK = Kind(
    "stray_link",
    Severity.CRITICAL,
    "These rows hold a row in {field}, although their legacy rows refer to none that was migrated.",
)
LOST_LINK = Kind(
    "lost_link",
    Severity.ERROR,
    "These rows hold nothing in {field}, although the row that their legacy key means was migrated.",
)
UNEXPLAINED = Kind(
    "unexplained",
    Severity.ERROR,
    "These rows hold nothing in {field}, their legacy rows refer to something, and no resolution says why.",
)
LATE_PARENT = Kind(
    "late_parent",
    Severity.WARNING,
    "These rows hold nothing in {field}, or a second choice, since the row that they refer to arrived after them.",
)
CHANGED = Kind(
    "changed",
    Severity.WARNING,
    "The legacy rows, or the columns that the declaration reads of them, have changed since they were migrated, and "
    "{field} does not follow: that is a differential run's.",
)
DANGLING = Kind(
    "dangling",
    Severity.INFO,
    "These rows hold nothing in {field}, by policy: their legacy keys lead to no row of the legacy database.",
    Origin.INHERITED,
)
LEFT_EMPTY = Kind(
    "left_empty",
    Severity.INFO,
    "These rows hold nothing in {field}, by policy: the legacy row that they refer to is out of scope, or has failed.",
)


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    notes, parents = Notes(), Parents()
    names = list(spec.references)
    for page in sides(spec, snapshot, names) if names else ():
        for place, name in enumerate(names):
            _compare(spec, name, page, [_text(value) for value in page.column(place)], parents, notes)
    yield from notes.found()


def _compare(spec: Spec, name: str, page: Sides, actual: list[str | None], parents: Parents, notes: Notes) -> None:
    entity = parent(spec, name)
    assert entity is not None, f"{spec.name}.{name} refers to no entity"
    keys = _keys(name, spec.references[name], page.batch)
    known = parents.find(entity.name, {str(key) for row in keys for key in row if not isinstance(key, Meant)})
    odd: dict[Kind, list[int]] = defaultdict(list)
    for position, (wanted, found) in enumerate(zip(keys, actual, strict=True)):
        answers = [answer for key in wanted if (answer := _answer(key, known))]
        if answers[:1] != ([found] if found else []) or (wanted and not answers):
            odd[_kind(answers, found)].append(position)
    for kind, positions in odd.items():
        if kind is UNEXPLAINED:
            _empty(spec, name, entity, {page.batch.ids[i]: list(map(str, keys[i])) for i in positions}, notes)
            continue
        ids = [page.batch.ids[i] for i in positions]
        notes.note(CHANGED, [i for i in ids if i in page.changed], name)
        _note(spec, kind, [i for i in ids if i not in page.changed], name, notes)


def _answer(key: str | Meant, known: Mapping[str, str]) -> str | None:
    return key.target_id if isinstance(key, Meant) else known.get(key)


def _kind(answers: list[str], found: str | None) -> Kind:
    """What is odd: `answers` are the UUIDs of the mapped keys, the right one first."""
    if not answers:
        return STRAY_LINK if found else UNEXPLAINED
    if found is None:
        return LOST_LINK
    return LATE_PARENT if found in answers else WRONG_ROW


def _note(spec: Spec, kind: Kind, rows: Collection[str], name: str, notes: Notes) -> None:
    """A reference that is empty for a recorded reason only waits for its parent."""
    late = _recorded(spec, rows) if kind is LOST_LINK else set()
    notes.note(LATE_PARENT, [i for i in rows if (i, name) in late], name)
    notes.note(kind, [i for i in rows if (i, name) not in late], name)


def _empty(spec: Spec, name: str, entity: Spec, rows: dict[str, list[str]], notes: Notes) -> None:
    """References whose keys are not mapped: empty by a recorded policy, or without a word."""
    recorded = _recorded(spec, rows)
    notes.note(UNEXPLAINED, [i for i in rows if (i, name) not in recorded], name)
    explained = {i: keys for i, keys in rows.items() if (i, name) in recorded}
    there = _existing(entity, {key for keys in explained.values() for key in keys})
    notes.note(DANGLING, [i for i, keys in explained.items() if there.isdisjoint(keys)], name)
    notes.note(LEFT_EMPTY, [i for i, keys in explained.items() if not there.isdisjoint(keys)], name)


def _recorded(spec: Spec, legacy_ids: Collection[str]) -> set[tuple[str, str]]:
    return sql_validation.resolved(spec.name, legacy_ids) | sql_validation.pending(spec.name, legacy_ids)


def _existing(entity: Spec, keys: Collection[str]) -> set[str]:
    """Those of these legacy keys that are rows of the legacy table, in scope or not."""
    key = entity.source._meta.pk
    wanted = [key.to_python(one) for one in keys]
    gone, _ = reader.unknown_ids(reader.Selection(entity.source, (key.name,), ids=wanted))
    return set(keys) - {str(one) for one in gone}


def _keys(name: str, recipe: Reference, batch: Batch) -> list[list[str | Meant]]:
    """For each row the legacy keys that may answer, in order of preference; with the answer of a correction."""
    columns = [meant(name, path, batch) for path in recipe.columns]
    return [
        [key if isinstance(key, Meant) else str(key) for column in columns if (key := column[i]) is not None]
        if all(batch.source[path][i] == wanted for path, wanted in recipe.when.items())
        else []
        for i in range(len(batch))
    ]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
