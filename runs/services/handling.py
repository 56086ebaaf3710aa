"""What people decide about findings: to acknowledge one, to waive it until a day, or to look at it again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from runs.actors import current
from runs.errors import UsageError
from runs.models import Finding

S = Finding.State


def acknowledge(keys: Collection[int], reason: str) -> int:
    """The findings are known, and stop no run at a gate. They still count as failures. Returns how many there were."""
    return _handle(keys, S.ACKNOWLEDGED, reason, None)


def waive(keys: Collection[int], reason: str, until: date) -> int:
    """The findings do not count until and including this day. Returns how many there were."""
    if until < timezone.localdate():
        raise UsageError(f"A waiver until {until:%Y-%m-%d} would be over already: choose a day to come.")
    return _handle(keys, S.WAIVED, reason, until)


def reopen_findings(keys: Collection[int], reason: str) -> int:
    """The findings count again. Returns how many there were."""
    return _handle(keys, S.OPEN, reason, None)


def _handle(keys: Collection[int], state: Finding.State, reason: str, until: date | None) -> int:
    """A finding that is fixed stays so. Raises `UsageError` without a reason."""
    if not reason.strip():
        raise UsageError("Give a reason: whoever reads this later has nothing else to go by.")
    standing = Finding.objects.filter(pk__in=keys).exclude(state=S.FIXED)
    return standing.update(
        state=state, reason=reason.strip(), handled_by=current().name, handled_at=timezone.now(), waived_until=until
    )
