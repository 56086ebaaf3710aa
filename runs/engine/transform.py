"""Legacy rows in, target values out: column by column over a batch. No database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from catalog.declare import Column, Constant, Derived, Each, OnInvalid, Recipe, Reference, Spec
from catalog.transforms import Unfit
from legacy.dates import Unreadable
from runs.engine.correct import Corrections
from runs.engine.fit import Misfits, check
from runs.engine.identity import digests, target_ids
from runs.engine.rows import Batch, Rejected, Resolved

STAGE = "transform"


def read(
    spec: Spec, rows: Sequence[Sequence[Any]], namespace: UUID | None, corrections: Corrections | None = None
) -> tuple[Batch, list[Rejected]]:
    """Rows in the order of `spec.paths` as a batch with ids, digests and UUIDs, and with corrections as what was read.

    Ids and digests are those of the legacy rows as they are. Without a namespace there are no digests and no UUIDs.
    Rejected are rows that a join has multiplied (which copy is the right one, nobody can tell), and with
    `each` those whose parts cannot be found.
    """
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in spec.paths]
    batch = Batch(
        ids=[str(key) for key in columns[0]],
        source=dict(zip(spec.paths, columns, strict=True)),
        origins=list(range(len(rows))),
        hashes=digests(columns) if namespace else [],
    )
    batch, rejected = _single(batch)
    if corrections:
        batch = corrections.applied(batch)
    if spec.each:
        batch, refused = _parts(spec.each, batch)
        rejected += refused
        if corrections:
            batch = corrections.applied_to_parts(batch)
    if namespace:
        batch.target_ids = target_ids(namespace, spec.name, batch.ids)
    return batch, rejected


def transform(spec: Spec, batch: Batch) -> tuple[Batch, list[Rejected]]:
    """The values of all target fields but references. A row is rejected for its first misfit."""
    misfits: dict[int, tuple[str, str, str]] = {}
    for name, recipe in spec.recipes.items():
        if isinstance(recipe, Reference):
            continue
        values, found = _values(recipe, batch, spec.fields[name].name)
        for position, misfit in check(spec.fields[name])(values).items():
            found.setdefault(position, misfit)
        policy = getattr(recipe, "on_invalid", OnInvalid.FAIL)
        if policy is OnInvalid.FAIL:
            for position, (code, message) in found.items():
                misfits.setdefault(position, (name, code, message))
        else:
            _settle(policy, name, recipe, batch, values, found)
        batch.values[name] = values
    rejected = [
        batch.reject(position, STAGE, code, message, field)
        for position, (field, code, message) in sorted(misfits.items())
    ]
    return batch.without(misfits), rejected


def _single(batch: Batch) -> tuple[Batch, list[Rejected]]:
    if len(set(batch.ids)) == len(batch):
        return batch, []
    places: dict[str, list[int]] = {}
    for position, legacy_id in enumerate(batch.ids):
        places.setdefault(legacy_id, []).append(position)
    several = [found for found in places.values() if len(found) > 1]
    message = "More than one related row answers for this row: keep one of them in the legacy database."
    rejected = [batch.reject(found[0], STAGE, "ambiguous_source", message) for found in several]
    return batch.without([position for found in several for position in found]), rejected


def _parts(each: Each, batch: Batch) -> tuple[Batch, list[Rejected]]:
    """The batch with a row for each part, whose values join the source columns."""
    parts, misfits = _call(each.by, [batch.source[path] for path in each.columns])
    rejected = [batch.reject(position, STAGE, code, message) for position, (code, message) in misfits.items()]
    positions = [position for position, found in enumerate(parts) for _ in found or ()]
    flat = [part for found in parts for part in found or ()]
    result = batch.at(positions)
    result.ids = [f"{legacy_id}:{part[0]}" for legacy_id, part in zip(result.ids, flat, strict=True)]
    _hand_on(batch, positions, result)
    for place, name in enumerate(each.gives):
        result.source[name] = [part[place] for part in flat]
    return result, rejected


def _hand_on(batch: Batch, positions: Sequence[int], parts: Batch) -> None:
    """What was corrected in a row holds for each of its parts."""
    if not batch.resolved:
        return
    of_row: dict[str, list[str]] = {}
    for position, part in zip(positions, parts.ids, strict=True):
        of_row.setdefault(batch.ids[position], []).append(part)
    parts.resolved = [one._replace(legacy_id=part) for one in batch.resolved for part in of_row.get(one.legacy_id, ())]
    for old in batch.replaced.values():
        old.update({part: value for row, value in list(old.items()) for part in of_row.get(row, ())})
    for (name, path, row), target_id in list(batch.meant.items()):
        batch.meant.update({(name, path, part): target_id for part in of_row.get(row, ())})


def _values(recipe: Recipe, batch: Batch, field: str) -> tuple[list[Any], Misfits]:
    if isinstance(recipe, Constant):
        return [recipe.value] * len(batch), {}
    if isinstance(recipe, Derived):
        return _call(recipe.by, [batch.source[path] for path in recipe.columns])
    assert isinstance(recipe, Column), f"unknown recipe for {field}"
    values = batch.source[recipe.path]
    misfits: Misfits = {}
    if Unreadable in set(map(type, values)):
        for position, value in enumerate(values):
            if isinstance(value, Unreadable):
                misfits[position] = ("out_of_range", "The date lies outside of the years 1 to 9999.")
        values = [None if position in misfits else value for position, value in enumerate(values)]
    for step in recipe.steps:
        values = _step(step, values, misfits)
    return list(values), misfits


def _step(step: Callable[[Any], Any], values: list[Any], misfits: Misfits) -> list[Any]:
    try:
        return [None if value is None else step(value) for value in values]
    except Exception:  # the value to blame is found below, one by one
        pass
    result = []
    for position, value in enumerate(values):
        try:
            result.append(None if value is None else step(value))
        except Exception as exc:
            misfits.setdefault(position, _cause(exc, step))
            result.append(None)
    return result


def _call(function: Callable[..., Any], columns: list[list[Any]]) -> tuple[list[Any], Misfits]:
    try:
        return [function(*args) for args in zip(*columns, strict=True)], {}
    except Exception:  # the row to blame is found below, one by one
        pass
    result, misfits = [], {}
    for position, args in enumerate(zip(*columns, strict=True)):
        try:
            result.append(function(*args))
        except Exception as exc:
            misfits[position] = _cause(exc, function)
            result.append(None)
    return result, misfits


def _cause(exc: Exception, function: Callable[..., Any]) -> tuple[str, str]:
    """The one place that turns a transform's exception into a code and a sentence without the value."""
    if isinstance(exc, Unfit):
        return exc.code, str(exc)
    name = getattr(function, "__qualname__", repr(type(function)))
    return type(exc).__name__, f"{name} raised a {type(exc).__name__}: the step does not expect such a value."


def _settle(policy: OnInvalid, name: str, recipe: Any, batch: Batch, values: list[Any], misfits: Misfits) -> None:
    """Applies the field's policy to its misfits, in place, and notes each application."""
    for position, (code, _) in misfits.items():
        old = " | ".join("" if (v := batch.source[path][position]) is None else str(v) for path in recipe.paths)
        values[position] = old if policy is OnInvalid.KEEP_RAW else None
        new = old if policy is OnInvalid.KEEP_RAW else None
        batch.resolved.append(Resolved(batch.ids[position], name, f"{policy}: {code}", old, new))
