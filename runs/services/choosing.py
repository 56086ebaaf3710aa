"""What a run is to be about, and how: entities, repairs and validations by name, script or domain, and options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from catalog.declare import Spec
from catalog.plan import ordered
from catalog.registry import UnknownEntity, specs
from catalog.repair import RepairSpec, repairs
from catalog.validation import ValidationSpec, validations
from catalog.work import Work, named, reads
from legacy import reader
from runs.errors import UsageError

SMALLEST, LARGEST = 500, 2000


@dataclass(frozen=True)
class Options:
    """How to run: rows in a page, at most so many new rows, only these legacy ids, without leaving a trace.

    `ids` belong to the one entity that is chosen, or are given for each entity by its name. `gate`: how bad a finding
    has to be to stop the next phase, one of `runs.gates.LEVELS`; default: the setting GATE.
    """

    batch_size: int = LARGEST
    limit: int | None = None
    ids: Sequence[str] | Mapping[str, Sequence[str]] | None = None
    dry_run: bool = False
    gate: str | None = None

    def __post_init__(self) -> None:
        if not SMALLEST <= self.batch_size <= LARGEST:
            raise UsageError(
                f"The batch size {self.batch_size} is not possible: choose {SMALLEST} to {LARGEST}. Smaller pages cost "
                "more round trips than they save, larger ones hold their locks and memory for too long."
            )
        if self.limit is not None and self.limit < 1:
            raise UsageError("The limit must be at least 1.")
        if self.ids is not None and not (all(self.ids.values()) if isinstance(self.ids, Mapping) else self.ids):
            raise UsageError("The list of ids is empty, and an empty list selects nothing. Leave it out to select all.")


def chosen(
    names: Iterable[str] = (), *, scripts: Iterable[int] = (), domains: Iterable[str] = (), everything: bool = False
) -> list[Work]:
    """The entities that are meant, parents first, then the repairs, then the validations.

    Raises `UsageError` for an unknown one, or if none is meant.
    """
    known: dict[str, Work] = {entity.name: entity for entity in specs()}
    known |= {repair.name: repair for repair in repairs()}
    known |= {validation.name: validation for validation in validations()}
    picked: dict[str, Work] = {}
    try:
        picked |= {name: named(name) for name in names}
    except UnknownEntity as error:
        raise UsageError(str(error)) from None
    for script in scripts:
        found = {name: one for name, one in known.items() if one.script == script}
        if not found:
            raise UsageError(f"No entity belongs to script {script}, and no repair or validation.")
        picked |= found
    for domain in domains:
        found = {spec.name: spec for spec in specs() if spec.domain == domain}
        if not found:
            there = ", ".join(sorted({spec.domain for spec in specs()}))
            raise UsageError(f"No entity belongs to the domain {domain}. Domains: {there}.")
        picked |= found
    if everything:
        picked = known
    if not picked:
        raise UsageError(
            "Name at least one entity, or a script (--script 5), or a domain (--domain clinical), or --all."
        )
    entities = [one for one in picked.values() if isinstance(one, Spec)]
    repairing = [one for one in picked.values() if isinstance(one, RepairSpec)]
    return [*ordered(entities), *repairing, *(one for one in picked.values() if isinstance(one, ValidationSpec))]


def ids_by_entity(entities: Sequence[Work], ids: Any) -> dict[str, list[str]] | None:
    """The legacy ids of each entity, as `Options.ids` means them. Raises `UsageError` for what cannot be one."""
    if ids is None:
        return None
    if not isinstance(ids, Mapping):
        if len(entities) != 1:
            raise UsageError("Ids belong to one entity: name exactly one beside --ids.")
        ids = {entities[0].name: ids}
    for entity in entities:
        _check_ids(entity, ids[entity.name])
    return {entity.name: list(ids[entity.name]) for entity in entities}


def _check_ids(entity: Work, ids: Sequence[str]) -> None:
    if isinstance(entity, ValidationSpec):
        raise UsageError(f"{entity.name} compares whole tables: leave out --ids.")
    key = reads(entity)[0].source._meta.pk
    for one in ids:
        try:
            key.to_python(one)
        except ValidationError:
            raise UsageError(f"{one!r} cannot be a legacy id of {entity.name}.") from None


def missing_ids(one: Work, ids: Sequence[str]) -> tuple[list[Any], list[Any]]:
    """Of these legacy ids: those that do not exist, and those that the declaration leaves out of scope."""
    entity = reads(one)[0]
    key = entity.source._meta.pk
    selection = reader.Selection(entity.source, (key.name,), entity.where, ids=[key.to_python(i) for i in ids])
    return reader.unknown_ids(selection)
