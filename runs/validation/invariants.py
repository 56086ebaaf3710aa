"""The rules of `catalog.invariants`, on both sides: a row that breaks one in the target broke it before, or did not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from catalog import invariants
from catalog.declare import Spec
from catalog.invariants import Invariant
from legacy import plain, reader
from runs import sql_invariants
from runs.findings import Found, Kind, Notes, Origin
from runs.models import Severity

PAGE = 2000


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    today = timezone.now().date()
    for invariant in invariants.INVARIANTS:
        if invariant.entity == spec.name:
            yield from broken(spec, invariant, today)


def broken(spec: Spec, invariant: Invariant, today: date) -> Iterator[Found]:
    """The rows that break a rule in the target, apart by whether their legacy rows do so too."""
    notes, after = Notes(), ""
    inherited, introduced = kinds(invariant, today)
    while ids := sql_invariants.violating(spec.name, invariant.target, after, PAGE):
        before = plain.selected(invariant.legacy, [_key(spec, one) for one in ids])
        notes.note(inherited, [one for one in ids if one in before])
        notes.note(introduced, [one for one in ids if one not in before])
        after = ids[-1]
    yield from notes.found()


def kinds(invariant: Invariant, today: date) -> tuple[Kind, Kind]:
    """What to say of rows that have inherited the breach, and of those that have not."""
    words = f"{invariant.rule} These rows break that"
    asked = f"Ask {invariant.owner}."
    inherited = f"{words}, and did so in the old system. {asked}"
    introduced = f"{words}, and did not in the old system. {asked}"
    severity = Severity(invariant.severity)
    if invariant.waiver is not None and invariant.waived(today):
        severity = Severity.INFO
        introduced += f" Waived until {invariant.waiver.until}: {invariant.waiver.reason}"
    return (
        Kind(f"{invariant.name}_inherited", Severity.INFO, _literal(inherited), Origin.INHERITED),
        Kind(invariant.name, severity, _literal(introduced)),
    )


def _literal(text: str) -> str:
    """The text as a message in which no field is named."""
    return text.replace("{", "{{").replace("}", "}}")


def _key(spec: Spec, legacy_id: str) -> object:
    """A legacy id as the legacy statement yields it: the key, or the text that tells the part of a split row."""
    return legacy_id if spec.each else spec.source._meta.pk.to_python(legacy_id)
