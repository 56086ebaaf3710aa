"""Comparing both sides."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from catalog.declare import Spec
from catalog.repair import RepairSpec
from catalog.work import Work, reads
from runs import sides
from runs.actors import current
from runs.engine.requirements import problems
from runs.errors import Refused, UsageError
from runs.models import Run
from runs.sampling import Sample
from runs.services.starting import create
from runs.validation import checks as known
from runs.validation import row_by_row


def start_validation(
    work: Sequence[Work], checks: Collection[str] = (), sample: Sample | None = None, note: str = ""
) -> Run:
    """A run for `execute` or `enqueue` that compares entities, and those of validations, with their legacy rows.

    `checks`: only these checks; default: all. With a sample those that compare row by row look at no other rows.
    Raises `UsageError`, `Refused`, `Busy`.
    """
    _check_names(checks, sample)
    entities = _entities(work)
    if found := problems(entities):
        raise Refused(found)
    return create(
        [entity.name for entity in entities],
        kind=Run.Kind.VALIDATION,
        user_id=current().user_id,
        note=note,
        options={
            "checks": sorted(checks) or None,
            "sample": sample and sample.as_dict(),
            **{"batch_size": sides.PAGE, "limit": None, "ids": None},
        },
    )


def _check_names(names: Collection[str], sample: Sample | None) -> None:
    if unknown := sorted(set(names) - set(known())):
        raise UsageError(f"There is no check {', '.join(unknown)}. Checks: {', '.join(known())}.")
    if sample and names and row_by_row().isdisjoint(names):
        able = ", ".join(sorted(row_by_row()))
        raise UsageError(f"A sample is for checks that compare row by row ({able}), and none of them was chosen.")


def _entities(work: Sequence[Work]) -> list[Spec]:
    """Repairs are left out where there is something else: what they repaired is compared with its entity."""
    found = {spec.name: spec for one in work if not isinstance(one, RepairSpec) for spec in reads(one)}
    if not found:
        raise UsageError("A repair has no rows of its own to validate: name the entity that it repairs.")
    return list(found.values())
