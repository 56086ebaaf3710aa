"""Values that do not survive the way there and back: what the target holds, read as a legacy value, is another one.

Where the declaration asks for the loss, by a step or by a recorded policy, it is merely told and counted. Where nothing
does, something else has cut, rounded, shifted or replaced the value on its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import JSONField

from catalog.declare import Column, Spec
from catalog.transforms import Unfit
from legacy import reader
from runs import sql_validation
from runs.findings import Found, Kind, Notes
from runs.ledger.models import Outcome
from runs.losses import LOSSES, aware, loss, parsed
from runs.models import Severity
from runs.sides import Sides, sides

DECLARED = {
    code: Kind(code, Severity.INFO, f"{words} in {{field}} of these rows, as the declaration or a policy says.")
    for code, words in LOSSES.items()
}
UNDECLARED = {
    code: Kind(f"{code}_undeclared", Severity.ERROR, f"{words} in {{field}} of these rows, and nothing declares it.")
    for code, words in LOSSES.items()
}
MERGED = Kind(
    "merged_codes",
    Severity.INFO,
    "Several legacy codes have one meaning in {field}: nobody can tell from the target which one it was.",
)


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    columns = {name: recipe for name, recipe in spec.recipes.items() if isinstance(recipe, Column)}
    notes = Notes()
    meanings: dict[str, dict[Any, Any]] = {name: {} for name in columns if spec.fields[name].choices}
    merged: set[str] = set()
    for page in sides(spec, snapshot, list(columns)) if columns else ():
        for place, (name, recipe) in enumerate(columns.items()):
            before, after = page.batch.source[recipe.path], page.column(place)
            if name in meanings:
                merged |= {name} if _merge(meanings[name], before, after) else set()
            elif before != after:  # equal is the rule, and one step for the whole column
                _compare(spec, name, page, before, after, notes)
    yield from notes.found()
    yield from (Found(MERGED, name) for name in sorted(merged))


def _merge(known: dict[Any, Any], before: list[Any], after: list[Any]) -> bool:
    """Whether two legacy codes have become one. `known`: meaning → the code that it was first met for."""
    pairs = {(one, other) for one, other in zip(before, after, strict=True) if one is not None and other is not None}
    return any(known.setdefault(other, one) != one for one, other in sorted(pairs, key=repr))


def _compare(spec: Spec, name: str, page: Sides, before: list[Any], after: list[Any], notes: Notes) -> None:
    recipe, is_json = spec.recipes[name], isinstance(spec.fields[name], JSONField)
    assert isinstance(recipe, Column)
    found: list[tuple[str, str, bool]] = []
    for legacy_id, row, one, other in zip(page.batch.ids, page.target, before, after, strict=True):
        if one == other or legacy_id in page.changed or row.outcome == Outcome.MATCHED:
            continue
        code = loss(parsed(one), parsed(other)) if is_json else loss(one, other)
        if not code:
            continue
        declared = _leads_to(recipe, one, other, is_json)
        if not declared or not _is_none(code, one):
            found.append((legacy_id, code, declared))
    undeclared = [legacy_id for legacy_id, _, declared in found if not declared]
    recorded = sql_validation.resolved(spec.name, undeclared) if undeclared else set()
    for legacy_id, code, declared in found:
        kinds = DECLARED if declared or (legacy_id, name) in recorded else UNDECLARED
        notes.note(kinds[code], [legacy_id], name)


def _is_none(code: str, before: Any) -> bool:
    """A declared translation is no loss, nor is a blank text that became NULL."""
    return code == "altered" or (code == "emptied" and isinstance(before, str) and not before.strip())


def _leads_to(recipe: Column, before: Any, after: Any, is_json: bool) -> bool:
    """Whether the recipe's own steps lead to what the target holds."""
    value = before
    try:
        for step in recipe.steps:
            value = None if value is None else step(value)
    except Unfit:  # then a policy has to be on record
        return False
    if is_json:
        return bool(value == parsed(after))
    if isinstance(value, datetime) and isinstance(after, datetime):
        return aware(value) == aware(after)
    return bool(value == after)
