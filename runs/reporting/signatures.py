"""Sign-offs: who accepted which totals of an entity, and whether they are its totals still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from runs.models import SignOff
from runs.reporting.digest import digest
from runs.reporting.moments import moment
from runs.reporting.standing import Standing


class Validity(TextChoices):
    """What a role says of an entity."""

    MISSING = "missing", "not signed"
    SIGNED = "signed", "signed"
    STALE = "stale", "stale"  #: The totals are others than those that were accepted.


@dataclass(frozen=True)
class Signature:
    """What one role says of one entity; `accepted` is None if it says nothing."""

    standing: Standing
    role: str
    accepted: SignOff | None

    @property
    def entity(self) -> str:
        return self.standing.spec.name

    @property
    def validity(self) -> Validity:
        if self.accepted is None:
            return Validity.MISSING
        return Validity.SIGNED if self.accepted.digest == digest(totals(self.standing)) else Validity.STALE

    @property
    def changes(self) -> list[str]:
        """Which totals differ from those that were accepted, in words."""
        if self.accepted is None:
            return []
        before, after = _flat(self.accepted.totals), _flat(totals(self.standing))
        return [
            f"{name}: {before.get(name, 'nothing')} at the time, {after.get(name, 'nothing')} at this moment"
            for name in dict.fromkeys([*before, *after])
            if before.get(name) != after.get(name)
        ]

    def as_dict(self) -> dict[str, Any]:
        one = self.accepted
        return {
            "entity": self.entity,
            "domain": self.standing.spec.domain,
            "role": self.role,
            "state": str(self.validity),
            "who": one.who if one else "",
            "at": moment(one.at) if one else None,
            "note": one.note if one else "",
            "digest": one.digest if one else "",
            "changes": self.changes,
        }


def totals(standing: Standing) -> dict[str, Any]:
    """What a signature accepts: rows, and the sums of money on both sides as exact text."""
    return {
        "rows in scope": standing.whole,
        "arrived": standing.arrived,
        "waiting": standing.waiting,
        "failed": standing.failed,
        "dismissed": standing.dismissed,
        "money": {
            field: {"in scope": f"{one.in_scope:f}", "arrived": f"{one.arrived:f}", "target": f"{one.target:f}"}
            for field, one in standing.amounts.items()
        },
    }


def signatures(found: Iterable[Standing]) -> list[Signature]:
    """Both roles of each entity, signed or not."""
    standing = {(one.entity, one.role): one for one in SignOff.objects.filter(revoked_at=None).order_by("pk")}
    return [Signature(one, role, standing.get((one.spec.name, role))) for one in found for role in SignOff.Role.values]


def _flat(accepted: dict[str, Any]) -> dict[str, str]:
    return dict(_lines(accepted, ""))


def _lines(data: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _lines(value, f"{prefix}{name}, ")
        else:
            yield f"{prefix}{name}", f"{value:,}" if isinstance(value, int) else str(value)
