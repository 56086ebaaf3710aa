"""Failed records by cause: what a review opens with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from runs.causes import Cause, cause, codes_about
from runs.ledger.models import FailedAttempt, FailedRecord
from runs.services.choosing import chosen
from runs.services.declared import blamed_for
from runs.shapes import shape

State = FailedRecord.State
EXAMPLES = 3


@dataclass(frozen=True)
class Example:
    """A record of a group. `values`: the columns to blame → the shape of what they hold."""

    record: int
    legacy_id: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Group:
    """Failed records of one cause: one fingerprint, which stands for entity, stage, code, field and constraint."""

    fingerprint: str
    entity: str
    stage: str
    code: str
    field: str
    constraint: str
    #: A sentence without values; that of one of them.
    message: str
    rows: int
    #: Its part of all the records that the filters let through, 0 to 1.
    share: float
    #: The first and the last run in which a row failed for this cause.
    first_run: int
    last_run: int
    examples: tuple[Example, ...]

    @property
    def cause(self) -> Cause:
        """In plain words: title, meaning and what helps."""
        return cause(self.stage, self.code)


@dataclass(frozen=True)
class Filter:
    """Which failed records count; what is empty does not restrict. `text` is sought in message, cause and names."""

    entity: str = ""
    domain: str = ""
    text: str = ""
    state: str = State.OPEN
    stage: str = ""
    assignee: str = ""
    fingerprint: str = ""

    def rows(self) -> QuerySet[FailedRecord]:
        exact = {name: getattr(self, name) for name in ("entity", "state", "stage", "assignee", "fingerprint")}
        found = FailedRecord.objects.filter(**{name: value for name, value in exact.items() if value})
        if self.domain:
            found = found.filter(entity__in=[entity.name for entity in chosen(domains=[self.domain])])
        if term := self.text.strip():
            places = ("message", "code", "entity", "field", "constraint")
            said = Q.create([(f"{place}__icontains", term) for place in places], connector=Q.OR)
            found = found.filter(said | Q(code__in=codes_about(term)))
        return found


def groups(wanted: Filter = Filter(), *, examples: int = EXAMPLES) -> list[Group]:
    """The causes, most rows first, each with a few examples. Four queries, however many there are."""
    rows = wanted.rows()
    facts = ("fingerprint", "entity", "stage", "code", "field", "constraint")
    found = list(
        rows.order_by()
        .values(*facts)
        .annotate(rows=Count("pk"), message=Min("message"), first_run=Min("run"), last_run=Max("run"))
        .order_by("-rows", *facts)
    )
    total = sum(group["rows"] for group in found)
    runs = _runs([group["fingerprint"] for group in found])
    shown = _examples(rows, examples)
    return [_group(group, total, runs, shown) for group in found]


def _group(
    facts: dict[str, Any], total: int, runs: Mapping[str, tuple[int, int]], shown: Mapping[str, list[Example]]
) -> Group:
    """A cause; attempts that the records do not speak of any more count for its first and last run."""
    first, last = runs.get(facts["fingerprint"], (facts["first_run"], facts["last_run"]))
    known = {
        "share": facts["rows"] / total,
        "first_run": min(first, facts["first_run"]),
        "last_run": max(last, facts["last_run"]),
        "examples": tuple(shown.get(facts["fingerprint"], ())),
    }
    return Group(**{**facts, **known})


def _runs(fingerprints: Collection[str]) -> dict[str, tuple[int, int]]:
    found = FailedAttempt.objects.filter(fingerprint__in=fingerprints, undone=False)
    grouped = found.values("fingerprint").annotate(first=Min("run"), last=Max("run")).order_by()
    return {group["fingerprint"]: (group["first"], group["last"]) for group in grouped}


def _examples(rows: QuerySet[FailedRecord], number: int) -> dict[str, list[Example]]:
    place = Window(RowNumber(), partition_by=F("fingerprint"), order_by=F("pk").asc())
    keys = rows.order_by().annotate(place=place).filter(place__lte=number).values_list("pk", flat=True)
    found: dict[str, list[Example]] = {}
    for record in FailedRecord.objects.filter(pk__in=list(keys)).order_by("pk"):
        values = {path: shape(record.source[path]) for path in blamed_for(record)}
        found.setdefault(record.fingerprint, []).append(Example(record.pk, record.legacy_id, values))
    return found
