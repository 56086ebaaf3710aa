"""Comparing both sides."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from catalog.repair import RepairSpec
from catalog.work import Work, reads
from legacy import reader
from runs import findings, parts, validating
from runs.engine.requirements import problems
from runs.errors import Refused, UsageError
from runs.validation import checks


def validate(chosen: Sequence[Work], names: Collection[str] = ()) -> Iterator[list[findings.Checked]]:
    """Compares the chosen entities, and those of the chosen validations, with their legacy rows, one after the other.

    `names`: only these checks; default: all. Raises `UsageError`, `Refused`, `Busy`.
    """
    if unknown := sorted(set(names) - set(checks())):
        raise UsageError(f"There is no check {', '.join(unknown)}. Checks: {', '.join(checks())}.")
    entities = {spec.name: spec for one in chosen if not isinstance(one, RepairSpec) for spec in reads(one)}
    if not entities:
        raise UsageError("A repair has no rows of its own to validate: name the entity that it repairs.")
    if found := problems(list(entities.values())):
        raise Refused(found)
    for entity in entities.values():
        with parts.locked(entity.name), reader.Snapshot() as snapshot:
            here = validating.validate(entity, snapshot, names)
        findings.keep(entity.name, names or checks(), here)
        yield here
