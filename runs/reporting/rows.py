"""What failed and why, what policies settled, and where references lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field

from catalog.declare import OnMissing, Spec
from catalog.registry import parent
from legacy import reader
from runs.causes import cause
from runs.ledger.models import FailedAttempt, FailedRecord, PendingReference, Resolution
from runs.models import Run
from runs.reporting.rates import rate
from runs.reporting.standing import Standing
from runs.results import Remaining, groups, policies, remaining

NULLED = f"{OnMissing.SET_NULL}: missing_parent"
CORRECTION = "correction"


def failures(names: Sequence[str], run: Run | None) -> list[dict[str, Any]]:
    """The open failed records, or every attempt of a run that failed, by cause; most rows first."""
    if run is None:
        found = list(remaining(names))
    else:
        attempts = FailedAttempt.objects.filter(run=run.pk)
        found = [Remaining(*group) for group in groups(attempts, "entity", "field", "constraint", "stage", "code")]
    whole = sum(one.rows for one in found)
    return [
        {
            "entity": one.entity,
            "field": one.field,
            "constraint": one.constraint,
            "stage": one.stage,
            "code": one.code,
            "cause": one.cause.title,
            "advice": one.cause.advice,
            "rows": one.rows,
            "share": rate(one.rows, whole),
            "inherited": one.dangling,
        }
        for one in found
    ]


def dismissed(names: Sequence[str]) -> list[dict[str, Any]]:
    """Failed records that somebody decided to leave behind, by cause."""
    rows = FailedRecord.objects.filter(state=FailedRecord.State.DISMISSED, entity__in=names)
    return [
        {"entity": entity, "field": field, "cause": cause(stage, code).title, "rows": number}
        for entity, field, stage, code, number in groups(rows, "entity", "field", "stage", "code")
    ]


def resolutions(names: Sequence[str], run: Run | None) -> list[dict[str, Any]]:
    """Values that a policy or a correction settled, by field and rule. All corrections are one rule."""
    if run is None:
        found: Iterable[tuple[Any, ...]] = policies(names)
    else:
        found = groups(Resolution.objects.filter(run=run.pk, entity__in=names), "entity", "field", "rule")
    totals: Counter[tuple[str, str, str]] = Counter()
    for entity, field, rule, number in found:
        totals[entity, field, CORRECTION if rule.startswith(CORRECTION) else rule] += number
    ordered = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return [{"entity": e, "field": f, "rule": rule, "values": number} for (e, f, rule), number in ordered]


def references(standings: Sequence[Standing], failed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each declared reference: legacy keys that lead to the right row, and those that do not, by what became of them.

    `broken`: so many of the latter lead to no row of the legacy database either.
    """
    names = [one.spec.name for one in standings]
    nulled = _by_field(Resolution.objects.filter(rule=NULLED, entity__in=names))
    waiting = _by_field(PendingReference.objects.filter(entity__in=names))
    lost: dict[tuple[str, str], tuple[int, int]] = {
        (one["entity"], one["field"]): (one["rows"], one["inherited"] or 0)
        for one in failed
        if one["code"] == "missing_parent"
    }
    result = []
    for one in standings:
        for field, resolved in one.linked.items():
            place = one.spec.name, field
            left_empty, pending, (missing, broken) = nulled[place], waiting[place], lost.get(place, (0, 0))
            to = parent(one.spec, field)
            if to and (left_empty or pending):
                broken += _broken(one.spec, field, to)
            result.append(
                {
                    "entity": one.spec.name,
                    "field": field,
                    "to": to.name if to else "",
                    "resolved": rate(resolved, resolved + left_empty + pending + missing),
                    "nulled": left_empty,
                    "pending": pending,
                    "failed": missing,
                    "broken": broken,
                }
            )
    return result


def _by_field(rows: Any) -> Counter[tuple[str, str]]:
    return Counter({(entity, field): number for entity, field, number in groups(rows, "entity", "field")})


def _broken(spec: Spec, field: str, to: Spec) -> int:
    """References that are empty or wait, and whose legacy keys are no keys of the parent's legacy table."""
    wanted = list(_keys(spec, field))
    key = to.source._meta.pk
    found = {one: as_key(key, one) for keys in wanted for one in keys}
    ids = [one for one in found.values() if one is not None]
    gone = set(reader.unknown_ids(reader.Selection(to.source, (key.name,), ids=ids))[0])
    nowhere = {text for text, one in found.items() if one is None or one in gone}
    return sum(set(keys) <= nowhere for keys in wanted)


def as_key(key: Field, text: str) -> Any:
    """A legacy key as its table has it; None for a text that can be none: there is no such row."""
    try:
        value = key.to_python(text)
        key.run_validators(value)
    except (ValidationError, ValueError, OverflowError):
        return None
    return value


def _keys(spec: Spec, field: str) -> Iterator[list[str]]:
    rows: dict[str, Any] = {"entity": spec.name, "field": field}
    for old in Resolution.objects.filter(rule=NULLED, **rows).values_list("old", flat=True).iterator():
        yield (old or "").split(" | ")
    for key in PendingReference.objects.filter(**rows).values_list("parent_legacy_id", flat=True).iterator():
        yield [key]
