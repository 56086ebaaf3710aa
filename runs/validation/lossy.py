"""Values that do not survive the way there and back: what the target holds, read as a legacy value, is another one.

Compared are the values themselves, without the declaration's word for them. Where the declaration asks for the loss, by a
step or by a recorded policy, it is merely told and counted; where nothing does, something else has cut, rounded, shifted
or replaced the value on its way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Field, JSONField

from catalog.declare import Column, Spec
from legacy import reader
from runs import sql_validation
from runs.findings import Found, Kind, Notes
from runs.ledger.models import Outcome
from runs.models import Severity
from runs.sides import Sides, sides

#: Kinds of loss → how a sentence about them begins.
LOSSES = {
    "cut": "The end of the text is missing",
    "case": "Letters have another case",
    "whitespace": "White space is not as it was",
    "replaced": "Characters were replaced",
    "rounded": "Digits were lost",
    "shifted": "The time is off by hours or minutes, as between time zones",
    "seconds": "Parts of a second were lost",
    "emptied": "The value is missing",
    "altered": "The value is another one",
}
DECLARED = {
    code: Kind(code, Severity.INFO, f"{words} in {{field}} of these rows, and the declaration or a policy says so.")
    for code, words in LOSSES.items()
}
UNDECLARED = {
    code: Kind(f"{code}_undeclared", Severity.ERROR, f"{words} in {{field}} of these rows, and nothing declares it.")
    for code, words in LOSSES.items()
}
MERGED = Kind(
    "merged_codes",
    Severity.INFO,
    "Several legacy codes have one meaning in {field}, so that nobody can tell from the target which one it was.",
)

#: Time zones differ by quarters of an hour, and by less than a day.
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    columns = {name: recipe for name, recipe in spec.recipes.items() if isinstance(recipe, Column)}
    notes = Notes()
    meanings: dict[str, dict[Any, Any]] = {name: {} for name in columns if spec.fields[name].choices}
    merged: set[str] = set()
    for page in sides(spec, snapshot, list(columns)) if columns else ():
        out = {i for i, row in zip(page.batch.ids, page.target, strict=True) if row.outcome == Outcome.MATCHED}
        out |= page.changed
        for place, (name, recipe) in enumerate(columns.items()):
            before, after = page.batch.source[recipe.path], page.column(place)
            if name in meanings:
                merged |= {name} if _merge(meanings[name], before, after) else set()
            else:
                _compare(spec, name, page, [i in out for i in page.batch.ids], before, after, notes)
    yield from notes.found()
    yield from (Found(MERGED, name) for name in sorted(merged))


def _merge(known: dict[Any, Any], before: list[Any], after: list[Any]) -> bool:
    """Whether two legacy codes have become one. `known`: meaning → the code that it was first met for."""
    pairs = {(one, other) for one, other in zip(before, after, strict=True) if one is not None and other is not None}
    return any(known.setdefault(other, one) != one for one, other in sorted(pairs, key=repr))


def _compare(
    spec: Spec, name: str, page: Sides, out: list[bool], before: list[Any], after: list[Any], notes: Notes
) -> None:
    if before == after:  # which is the rule, and one step for the whole column
        return
    field, recipe, ids = spec.fields[name], spec.recipes[name], page.batch.ids
    assert isinstance(recipe, Column)
    lost: dict[int, str] = {}
    for position, (one, other) in enumerate(zip(before, after, strict=True)):
        if one != other and not out[position] and (code := loss(field, one, other)):
            lost[position] = code
    open_ = [position for position in lost if not _declared(field, recipe, before[position], after[position])]
    recorded = sql_validation.resolved(spec.name, [ids[position] for position in open_]) if open_ else set()
    undeclared = {position for position in open_ if (ids[position], name) not in recorded}
    for position, code in lost.items():
        notes.note((UNDECLARED if position in undeclared else DECLARED)[code], [ids[position]], name)


def _declared(field: Field, recipe: Column, before: Any, after: Any) -> bool:
    """Whether the recipe's own steps lead to what the target holds."""
    value = before
    try:
        for step in recipe.steps:
            value = None if value is None else step(value)
    except Exception:  # it refuses the value: then a policy has to be on record
        return False
    return not loss(field, value, after) if type(value) is type(before) else _same(value, after)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) if not isinstance(one, dict | list) else one == json.loads(other)


def loss(field: Field, before: Any, after: Any) -> str:
    """What a value has lost on its way into the field, as a key of `LOSSES`; empty if nothing."""
    if before is None and after is None:
        return ""
    if after is None or before is None:
        return "emptied" if after is None else "altered"
    if isinstance(field, JSONField):
        return _json(before, after)
    if isinstance(before, str) and isinstance(after, str):
        return _text(before, after)
    if isinstance(before, datetime) and isinstance(after, datetime):
        return _instant(_aware(before), _aware(after))
    if isinstance(before, int | Decimal) and isinstance(after, int | Decimal):
        return "" if before == after else "rounded" if abs(before - after) < 1 and after == round(after, 0) else "altered"
    if isinstance(before, int) and isinstance(after, str):  # a number for people, made of a key
        return "" if str(before) in after else "altered"
    if isinstance(before, date) and isinstance(after, date):
        return "" if before == after else "altered"
    return "" if before == after else "altered"
