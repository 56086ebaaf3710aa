"""Every foreign key points to the very row that the legacy key means, and not merely to some row.

The legacy keys are looked up in the mappings of the entity that they refer to; the first key that is mapped counts.
As in `values` the server makes one digest for each column of a page, and only where it differs the rows are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from django.db.models import ForeignKey

from catalog.declare import Reference, Spec
from catalog.registry import parent
from legacy import reader
from runs import sql_checksums, sql_validation
from runs.checksums import digest
from runs.engine.prepare import Parents
from runs.engine.resolve import Meant, meant
from runs.engine.rows import Batch, Resolved
from runs.findings import SAMPLE, Found, Kind, Notes, Origin
from runs.models import Severity
from runs.sides import Comparison, arrived, changed, corrected, looked_at, place

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
CORRECTED = Kind(
    "corrected",
    Severity.WARNING,
    "A correction of these rows was made, changed or revoked after they were migrated, and {field} does not follow.",
)
ORPHAN = Kind(
    "orphan",
    Severity.CRITICAL,
    "These rows hold in {field} the key of a row that is not there: somebody deleted it, and the foreign key did not "
    "prevent it.",
)

#: The legacy keys of a reference, as text: a column for each of those that may answer, by preference.
Keys = list[list[str | Meant | None]]


class Page(NamedTuple):
    """Legacy rows: their ids, the keys of each reference, and the corrections that were applied."""

    ids: list[str]
    keys: dict[str, Keys]
    resolved: list[Resolved]

    def wanted(self, name: str, position: int) -> list[str | Meant]:
        """The keys of a row that may answer, by preference."""
        return [key for column in self.keys[name] if (key := column[position]) is not None]


def check(spec: Spec, snapshot: reader.Snapshot, comparison: Comparison | None = None) -> Iterator[Found]:
    if not spec.references:
        return
    comparison = comparison or Comparison()
    notes, parents = comparison.notes(), Parents()
    # The same declaration with nothing but its references: no other column is read.
    narrow = replace(spec, recipes=dict(spec.references))

    def look(batch: Batch) -> Page:
        return Page(batch.ids, {name: _keys(name, r, batch) for name, r in spec.references.items()}, batch.resolved)

    for page in looked_at(narrow, snapshot, look, comparison.sample):
        comparison.add(_compare(spec, page, parents, notes))
    yield from notes.found()
    yield from _orphans(spec)
    yield from comparison.nothing(spec)


def _compare(spec: Spec, page: Page, parents: Parents, notes: Notes) -> int:
    """The number of rows that are in the target, and all of whose references are compared."""
    names = list(spec.references)
    gone, digests = sql_checksums.digests(place(spec), [spec.column(name) for name in names], page.ids)
    there = [i for i in range(len(page.ids)) if i not in gone]
    for name, theirs in zip(names, digests, strict=True) if there else ():
        answers = _answers(spec, name, page.keys[name], parents)
        expected = _first(page.keys[name], answers)
        if digest(spec.fields[name], [expected[i] for i in there]) != theirs:
            rows = arrived(spec, [name], [page.ids[i] for i in there])
            actual = {i: _text(rows[page.ids[i]].values[0]) for i in there}
        else:
            actual = {i: expected[i] for i in there if expected[i] is None}
        odd: dict[Kind, dict[str, int]] = {}
        for i, found in actual.items():
            wanted = page.wanted(name, i)
            if found != expected[i] or (wanted and found is None):
                kind = _kind([answers[key] for key in wanted if key in answers], found)
                odd.setdefault(kind, {})[page.ids[i]] = i
        for kind, positions in odd.items():
            _note(spec, name, kind, positions, page, notes)
    return len(there)


def _answers(spec: Spec, name: str, keys: Keys, parents: Parents) -> Mapping[Any, str]:
    """Keys → the UUIDs that they mean, for those that mean one."""
    entity = parent(spec, name)
    assert entity is not None, f"{spec.name}.{name} refers to no entity"
    distinct = {key for column in keys for key in column} - {None}
    by_correction = {key: key.target_id for key in distinct if isinstance(key, Meant)}
    known = parents.find(entity.name, [str(key) for key in distinct if key not in by_correction])
    return {**known, **by_correction} if by_correction else known


def _first(keys: Keys, answers: Mapping[Any, str]) -> list[str | None]:
    """For each row the answer to the first of its keys that has one."""
    found = [answers.get(key) for key in keys[0]]
    for column in keys[1:]:
        found = [answers.get(key) if one is None else one for one, key in zip(found, column, strict=True)]
    return found


def _kind(answers: list[str], found: str | None) -> Kind:
    """What is odd: `answers` are the UUIDs of the mapped keys, the right one first."""
    if not answers:
        return STRAY_LINK if found else UNEXPLAINED
    if found is None:
        return LOST_LINK
    return LATE_PARENT if found in answers else WRONG_ROW


def _note(spec: Spec, name: str, kind: Kind, rows: Mapping[str, int], page: Page, notes: Notes) -> None:
    """Rows of one kind, by legacy id with their places in the page."""
    recorded = _recorded(spec, rows) if kind in (UNEXPLAINED, LOST_LINK) else set()
    explained = [i for i in rows if (i, name) in recorded]
    if kind is LOST_LINK:
        # A reference that is empty for a recorded reason only waits for its parent.
        notes.note(LATE_PARENT, explained, name)
    elif explained:
        _empty(
            spec, name, {i: [c[rows[i]] for c in page.keys[name] if c[rows[i]] is not None] for i in explained}, notes
        )
    left = [i for i in rows if (i, name) not in recorded]
    digests = {i: row.digest for i, row in arrived(spec, (), left).items()} if left else {}
    moved = changed(spec, digests)
    since = corrected(spec, page.resolved, set(left) - moved, spec.references)
    notes.note(CHANGED, [i for i in left if i in moved], name)
    notes.note(CORRECTED, [i for i in left if i in since], name)
    notes.note(kind, [i for i in left if i not in moved and i not in since], name)


def _empty(spec: Spec, name: str, rows: Mapping[str, list[Any]], notes: Notes) -> None:
    """References that are empty by a recorded policy, whose keys lead nowhere, or to a row that was not migrated."""
    entity = parent(spec, name)
    assert entity is not None
    there = _existing(entity, {str(key) for keys in rows.values() for key in keys})
    notes.note(DANGLING, [i for i, keys in rows.items() if there.isdisjoint(map(str, keys))], name)
    notes.note(LEFT_EMPTY, [i for i, keys in rows.items() if not there.isdisjoint(map(str, keys))], name)


def _recorded(spec: Spec, legacy_ids: Collection[str]) -> set[tuple[str, str]]:
    return sql_validation.resolved(spec.name, legacy_ids) | sql_validation.pending(spec.name, legacy_ids)


def _existing(entity: Spec, keys: Collection[str]) -> set[str]:
    """Those of these legacy keys that are rows of the legacy table, in scope or not."""
    key = entity.source._meta.pk
    wanted = [key.to_python(one) for one in keys]
    gone, _ = reader.unknown_ids(reader.Selection(entity.source, (key.name,), ids=wanted))
    return set(keys) - {str(one) for one in gone}


def _keys(name: str, recipe: Reference, batch: Batch) -> Keys:
    """NULL where `when` does not hold; a key that a correction answers has its answer with it."""
    columns = [
        [key if key is None or isinstance(key, Meant) else str(key) for key in meant(name, path, batch)]
        for path in recipe.columns
    ]
    for path, wanted in recipe.when.items():
        holds = [value == wanted for value in batch.source[path]]
        columns = [[key if held else None for key, held in zip(column, holds, strict=True)] for column in columns]
    return columns


def _orphans(spec: Spec) -> Iterator[Found]:
    """Whatever the legacy keys mean, the row that a foreign key names has to be there."""
    for field in spec.fields.values():
        if isinstance(field, ForeignKey):
            parents = field.related_model._meta
            group = sql_checksums.orphans(
                place(spec), str(field.column), parents.db_table, str(parents.pk.column), SAMPLE
            )
            if group.rows:
                yield Found(ORPHAN, field.name, group.rows, group.sample)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
