"""Conversations hang together as they did: each row in its thread and after the same row, by its author, in its words.

The legacy rows are read in the order of their conversations. A row whose author is empty is left to `references`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from catalog.conversations import Conversation, Same, conversation
from catalog.declare import Spec
from catalog.registry import specs
from legacy import reader
from runs import sql
from runs.engine.prepare import Parents
from runs.findings import Found, Kind, Notes
from runs.ledger.models import Resolution
from runs.losses import aware
from runs.models import Severity
from runs.sides import changed

THREAD = Kind("other_thread", Severity.ERROR, "These rows belong to another conversation than their legacy rows.")
ORDER = Kind("order", Severity.ERROR, "These rows do not follow the row that they follow in the legacy conversation.")
AUTHOR = Kind("other_author", Severity.CRITICAL, "These rows have another author than their legacy rows.")
TIME = Kind("other_time", Severity.ERROR, "These rows bear another time than their legacy rows.")
TEXT = Kind("other_text", Severity.ERROR, "These rows have other words than their legacy rows.")

PAGE = 2000


class Entry(NamedTuple):
    """A row of a conversation, on one side or as it is expected on the other: keys are UUIDs as text."""

    thread: tuple[str | None, ...]
    author: str | None
    at: datetime | None
    text: str | None


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    declared = conversation(spec.name)
    if declared is None:
        return
    notes, parents = Notes(), Parents()
    last: tuple[str, Entry, Entry] | None = None
    for rows in reader.ordered(_selection(spec, declared), _order(declared), PAGE):
        expected = dict(zip((str(row[0]) for row in rows), _expected(declared, rows, parents), strict=True))
        arrived = _arrived(spec, declared, list(expected))
        odd: dict[Kind, list[str]] = {kind: [] for kind in (THREAD, AUTHOR, TIME, TEXT, ORDER)}
        line = [(legacy_id, expected[legacy_id], arrived[legacy_id]) for legacy_id in expected if legacy_id in arrived]
        for legacy_id, one, other in line:
            for kind in _differences(one, other):
                odd[kind].append(legacy_id)
        for before, after in pairwise([last, *line] if last else line):
            if _out_of_order(before, after):
                odd[ORDER].append(after[0])
        last = line[-1] if line else last
        explained = _explained(spec, {one for ids in odd.values() for one in ids})
        for kind, ids in odd.items():
            notes.note(kind, [one for one in ids if one not in explained])
    yield from notes.found()


def _selection(spec: Spec, declared: Conversation) -> reader.Selection:
    paths = [one.legacy for one in (*declared.thread, declared.author, declared.at, declared.text) if one]
    return reader.Selection(spec.source, (spec.source._meta.pk.name, *paths), spec.where)


def _order(declared: Conversation) -> list[str]:
    return [*(one.legacy for one in declared.thread), declared.at.legacy]


def _expected(declared: Conversation, rows: Sequence[tuple[Any, ...]], parents: Parents) -> Iterator[Entry]:
    """The legacy rows as they are expected in the target."""
    sames = [*declared.thread, declared.author, declared.at, declared.text]
    columns = iter(list(zip(*rows, strict=True))[1:])
    filled = [_translated(same, next(columns), parents) if same else [None] * len(rows) for same in sames]
    yield from map(_entry, zip(*filled, strict=True))


def _translated(same: Same, column: Sequence[Any], parents: Parents) -> list[Any]:
    if not same.of:
        return list(column)
    known = parents.find(same.of, {str(key) for key in column if key is not None})
    return [known.get(str(key)) for key in column]


def _arrived(spec: Spec, declared: Conversation, ids: Sequence[str]) -> dict[str, Entry]:
    """Legacy id → what is in the target, of rows that are mapped and there."""
    sames = [*declared.thread, declared.author, declared.at, declared.text]
    paths = [same.target for same in sames if same]
    uuids = sql.target_ids(spec.name, ids)
    rows = spec.target._default_manager.using(sql.ALIAS).filter(pk__in=uuids.values()).values_list("pk", *paths)
    found: dict[str, Entry] = {}
    for key, *values in rows:
        one = iter(values)
        found[str(key)] = _entry([next(one) if same else None for same in sames])
    return {legacy_id: found[uuid] for legacy_id, uuid in uuids.items() if uuid in found}


def _entry(values: Sequence[Any]) -> Entry:
    *thread, author, at, text = values
    return Entry(
        thread=tuple(None if one is None else str(one) for one in thread),
        author=None if author is None else str(author),
        at=aware(at) if isinstance(at, datetime) else at,
        text=text if text and text.strip() else None,
    )


def _differences(one: Entry, other: Entry) -> Iterator[Kind]:
    if one.thread != other.thread:
        yield THREAD
    if other.author is not None and one.author != other.author:
        yield AUTHOR
    if one.at != other.at:
        yield TIME
    if one.text != other.text:
        yield TEXT


def _out_of_order(before: tuple[str, Entry, Entry], after: tuple[str, Entry, Entry]) -> bool:
    """Whether two rows that follow each other in a legacy conversation do not do so in the target."""
    (_, one, first), (_, other, second) = before, after
    if one.thread != other.thread or None in (one.at, other.at, first.at, second.at):
        return False
    return bool(one.at < other.at and first.at >= second.at)  # type: ignore[operator]


def _explained(spec: Spec, ids: Collection[str]) -> set[str]:
    """Those of these rows that staff have corrected, or that have changed in the old system since they were migrated.

    What a row of a conversation says may be migrated by another entity that reads the same legacy table.
    """
    if not ids:
        return set()
    readers = [other for other in specs() if other.source is spec.source]
    fixed = Resolution.objects.filter(
        entity__in=[one.name for one in readers], legacy_id__in=ids, rule__startswith="correction"
    )
    found = set(fixed.values_list("legacy_id", flat=True))
    for one in readers:
        found |= changed(one, sql.source_hashes(one.name, ids))
    return found
