"""Legacy keys in, UUIDs out: one look-up for each referenced entity and batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from catalog.declare import OnMissing, Reference, Spec
from catalog.registry import parent
from runs.engine.rows import Batch, Pending, Rejected, Resolved

STAGE = "resolve"

#: (entity, legacy ids) → those of them that were migrated, with their UUIDs.
Find = Callable[[str, Collection[str]], Mapping[str, str]]


class Meant(NamedTuple):
    """A legacy key of which a correction says which row of the target it means."""

    key: Any
    target_id: str

    def __str__(self) -> str:
        return str(self.key)


def resolve(spec: Spec, batch: Batch, find: Find) -> tuple[Batch, list[Rejected]]:
    """The values of all references. A row is rejected for its first parent that is missing and may not be."""
    misfits: dict[int, tuple[str, str, str]] = {}
    for name, recipe in spec.references.items():
        entity = parent(spec, name)
        assert entity is not None, f"{spec.name}.{name} refers to no entity"
        columns = _keys(name, recipe, batch)
        distinct = {key for column in columns for key in set(column)} - {None}
        sought = {str(key) for key in distinct if not isinstance(key, Meant)}
        # Parents in the same table may come later: they are filled in when the entity is complete.
        known = {} if entity.name == spec.name else find(entity.name, sought)
        answers = {key: key.target_id if isinstance(key, Meant) else known.get(str(key)) for key in distinct}
        values = _first_known(columns, answers)
        if distinct or not spec.fields[name].null:
            for position in [i for i, value in enumerate(values) if value is None]:
                candidates = [str(column[position]) for column in columns if column[position] is not None]
                if candidates:
                    _miss(spec, name, recipe, entity.name, batch, position, candidates, misfits)
                elif not spec.fields[name].null:
                    message = "The legacy row refers to nothing here, and the target needs a reference."
                    misfits.setdefault(position, (name, "required", message))
        batch.values[name] = values
    rejected = [
        batch.reject(position, "transform" if code == "required" else STAGE, code, message, field)
        for position, (field, code, message) in sorted(misfits.items())
    ]
    return batch.without(misfits), rejected


def _keys(name: str, recipe: Reference, batch: Batch) -> list[list[Any]]:
    """The columns of legacy keys that may answer, in order of preference; NULL where `when` does not hold."""
    columns = [meant(name, path, batch) for path in recipe.columns]
    for path, wanted in recipe.when.items():
        holds = [value == wanted for value in batch.source[path]]
        columns = [[key if held else None for key, held in zip(column, holds, strict=True)] for column in columns]
    return columns


def meant(name: str, path: str, batch: Batch) -> list[Any]:
    """A column of legacy keys, those that a correction answers with their answers."""
    keys = batch.source[path]
    if not batch.meant:
        return keys
    answers = [batch.meant.get((name, path, legacy_id)) for legacy_id in batch.ids]
    return [key if answer is None else Meant(key, answer) for key, answer in zip(keys, answers, strict=True)]


def _first_known(columns: list[list[Any]], known: Mapping[Any, str | None]) -> list[str | None]:
    """For each row the answer to the first of its keys that has one."""
    answers = [known.get(key) for key in columns[0]]
    for column in columns[1:]:
        if None not in answers:
            break
        answers = [known.get(key) if answer is None else answer for answer, key in zip(answers, column, strict=True)]
    return answers


def _miss(
    spec: Spec, name: str, recipe: Reference, entity: str, batch: Batch, position: int, keys: list[str], misfits: Any
) -> None:
    """Applies the reference's policy to a key that no mapping knows."""
    legacy_id = batch.ids[position]
    if entity == spec.name or recipe.on_missing is OnMissing.WAIT:
        batch.pending.append(Pending(legacy_id, name, entity, keys[0]))
    elif recipe.on_missing is OnMissing.SET_NULL:
        rule = f"{recipe.on_missing}: missing_parent"
        batch.resolved.append(Resolved(legacy_id, name, rule, " | ".join(keys), None))
    else:
        message = f"The row refers to a row of {entity} that was not migrated: migrate or mend that one first."
        misfits.setdefault(position, (name, "missing_parent", message))
