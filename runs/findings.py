"""What a check found, and how it is kept: the same finding in a later validation is the same row with a new date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from runs.models import FAILING, EntityRun, Finding, Severity
from runs.states import State

#: Rows that a finding names; it counts all of them.
SAMPLE = 20

Origin = Finding.Origin


class Kind(NamedTuple):
    """Something that a check can find. `message` holds no value of a database; {field} is the target field."""

    code: str
    severity: Severity
    message: str
    origin: Origin = Origin.INTRODUCED


@dataclass(frozen=True)
class Found:
    """A finding as a check makes it. `rows` counts all rows concerned; the numbers are counts or sums, as text."""

    kind: Kind
    field: str = ""
    rows: int = 0
    sample: Sequence[str] = ()
    expected: str = ""
    actual: str = ""
    difference: str = ""

    @property
    def message(self) -> str:
        return self.kind.message.format(field=self.field)


@dataclass
class Notes:
    """Rows that a check stumbled over, gathered by kind and field: a number and some of them, whatever their number."""

    _rows: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    _samples: dict[tuple[Kind, str], list[str]] = field(default_factory=dict)

    def note(self, kind: Kind, legacy_ids: Collection[str], field: str = "") -> None:
        if legacy_ids:
            self._rows[kind, field] += len(legacy_ids)
            sample = self._samples.setdefault((kind, field), [])
            sample += list(legacy_ids)[: SAMPLE - len(sample)]

    def found(self) -> Iterator[Found]:
        for (kind, name), rows in sorted(self._rows.items()):
            yield Found(kind, name, rows, self._samples[kind, name])


class Checked(NamedTuple):
    """Something found in an entity, and by which check."""

    entity: str
    check: str
    found: Found


def failing(found: Iterable[Checked]) -> int:
    """How many findings say that the two sides differ where they must not."""
    return sum(one.found.kind.severity in FAILING for one in found)


def by_severity(found: Iterable[Checked]) -> dict[str, int]:
    """How many findings there are of each severity, the worst first."""
    counts = Counter(one.found.kind.severity for one in found)
    return {str(severity): counts[severity] for severity in reversed(Severity) if counts[severity]}


def as_dict(one: Checked) -> dict[str, Any]:
    """A finding as plain data."""
    found = one.found
    return {
        "severity": str(found.kind.severity),
        "check": one.check,
        "code": found.kind.code,
        "entity": one.entity,
        "field": found.field,
        "message": found.message,
        "rows": found.rows,
        "expected": found.expected,
        "actual": found.actual,
        "difference": found.difference,
        "origin": str(found.kind.origin),
        "sample": list(found.sample),
    }


def outcome(found: Sequence[Checked]) -> dict[str, Any]:
    """How the record of a validation in a run changes: state, problem and summary."""
    number = failing(found)
    return {
        "state": State.COMPLETED_WITH_FAILURES if number else State.SUCCEEDED,
        "problem": f"The two sides differ: {number:,} findings of severity error or above." if number else "",
        "summary": {"findings": [as_dict(one) for one in found], "severities": by_severity(found)},
    }


@transaction.atomic
def keep(entity: str, checks: Collection[str], found: Iterable[Checked], entity_run: EntityRun | None = None) -> None:
    """Keeps what these checks found in the entity; what they do not find any more is fixed."""
    moment = timezone.now()
    standing = []
    for one in found:
        facts = as_dict(one)
        key = {"check_name": facts.pop("check"), **{name: facts.pop(name) for name in ("entity", "field", "code")}}
        run = {"run_id": entity_run.run_id if entity_run else None, "entity_run": entity_run}
        finding, _ = Finding.objects.update_or_create(
            **key, defaults={**facts, **run, "state": Finding.State.OPEN, "last_seen": moment}
        )
        standing.append(finding.pk)
    gone = Finding.objects.filter(entity=entity, check_name__in=checks, state=Finding.State.OPEN)
    gone.exclude(pk__in=standing).update(state=Finding.State.FIXED)
