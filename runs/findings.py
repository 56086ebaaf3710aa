"""What a check found, and how it is kept: the same finding in a later validation is the same row with a new date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    """Rows that a check stumbled over, gathered by kind and field: a number and some of them, whatever their number.

    `failing`, if it is given, gathers all rows of which something is an error or worse.
    """

    failing: set[str] | None = None
    _rows: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    _samples: dict[tuple[Kind, str], list[str]] = field(default_factory=dict)

    def note(self, kind: Kind, legacy_ids: Collection[str], field: str = "") -> None:
        if legacy_ids:
            self._rows[kind, field] += len(legacy_ids)
            sample = self._samples.setdefault((kind, field), [])
            sample += list(legacy_ids)[: SAMPLE - len(sample)]
            if self.failing is not None and kind.severity in FAILING:
                self.failing.update(legacy_ids)

    def found(self) -> Iterator[Found]:
        for (kind, name), rows in sorted(self._rows.items()):
            yield Found(kind, name, rows, self._samples[kind, name])


class Checked(NamedTuple):
    """Something found in an entity, and by which check."""

    entity: str
    check: str
    found: Found


#: States of findings that stand but do not count.
EXCUSED = (Finding.State.WAIVED, Finding.State.FIXED)


def failing(found: Iterable[Mapping[str, Any]]) -> int:
    """How many findings, as plain data, say that the two sides differ where they must not, and are not waived."""
    return sum(one["severity"] in FAILING and one["state"] not in EXCUSED for one in found)


def by_severity(found: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many findings there are of each severity, the worst first."""
    counts = Counter(one["severity"] for one in found)
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
        "state": str(Finding.State.OPEN),
    }


def outcome(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How the record of a validation in a run changes by these findings as plain data: state, problem and summary."""
    number = failing(found)
    return {
        "state": State.COMPLETED_WITH_FAILURES if number else State.SUCCEEDED,
        "problem": f"The two sides differ: {number:,} findings of severity error or above." if number else "",
        "summary": {"findings": list(found), "severities": by_severity(found)},
    }


@transaction.atomic
def keep(
    entity: str, checks: Collection[str], found: Iterable[Checked], entity_run: EntityRun | None = None
) -> list[dict[str, Any]]:
    """Keeps what these checks found in the entity; what they do not find any more is fixed. Returns it as plain data.

    What somebody has acknowledged stays so, and what is waived until its day is over.
    """
    moment, standing, kept = timezone.now(), [], []
    for one in found:
        facts = as_dict(one)
        key = {"check_name": facts["check"], **{name: facts[name] for name in ("entity", "field", "code")}}
        known = Finding.objects.filter(**key).first()
        kept.append(facts | {"state": _state(known, one.found)})
        run = {"run_id": entity_run.run_id if entity_run else None, "entity_run": entity_run}
        changes = {name: value for name, value in kept[-1].items() if name not in ("check", *key)}
        finding, _ = Finding.objects.update_or_create(**key, defaults={**changes, **run, "last_seen": moment})
        standing.append(finding.pk)
    gone = Finding.objects.filter(entity=entity, check_name__in=checks).exclude(state=Finding.State.FIXED)
    gone.exclude(pk__in=standing).update(state=Finding.State.FIXED)
    return kept


def _state(known: Finding | None, found: Found) -> str:
    """The state of a finding that is found again: one that has grown is not what somebody acknowledged or waived."""
    if known is None or known.state == Finding.State.FIXED or known.rows < found.rows:
        return Finding.State.OPEN
    over = known.waived_until is None or known.waived_until < timezone.localdate()
    return Finding.State.OPEN if known.state == Finding.State.WAIVED and over else known.state
