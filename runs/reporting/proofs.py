"""What was found, covered, corrected and signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from catalog.coverage import coverage
from catalog.models import CoverageSnapshot
from runs.ledger.models import Correction, Resolution
from runs.models import FAILING, Finding, Severity
from runs.reporting.moments import moment
from runs.reporting.rates import rate
from runs.reporting.rows import CORRECTION
from runs.reporting.scope import Scope

WORST_FIRST = {str(severity): place for place, severity in enumerate(reversed(Severity))}


def findings(scope: Scope) -> dict[str, Any]:
    """Everything that validations found and that is not fixed, the worst first; and how many of each severity stand.

    What is acknowledged or waived still stands; what the legacy data had already is told apart.
    """
    rows = Finding.objects.filter(entity__in=scope.names)
    standing = rows.exclude(state=Finding.State.FIXED)
    if scope.run:
        standing = standing.filter(Q(run=scope.run.pk) | Q(entity_run__run=scope.run.pk))
    found = sorted(standing, key=lambda one: (WORST_FIRST[one.severity], one.entity, one.check_name, one.field))
    counted = Counter(one.severity for one in found)
    return {
        "severities": {severity: counted[severity] for severity in WORST_FIRST},
        "failing": sum(one.severity in FAILING and one.state == Finding.State.OPEN for one in found),
        "validated": sorted(set(rows.values_list("entity", flat=True))),
        "list": [
            {
                "severity": one.severity,
                "entity": one.entity,
                "field": one.field,
                "check": one.check_name,
                "code": one.code,
                "message": one.message,
                "rows": one.rows,
                "expected": one.expected,
                "actual": one.actual,
                "difference": one.difference,
                "origin": one.origin,
                "state": one.state,
                "handled_by": one.handled_by,
                "reason": one.reason,
                "waived_until": one.waived_until and one.waived_until.isoformat(),
                "first_seen": moment(one.first_seen),
                "last_seen": moment(one.last_seen),
            }
            for one in found
        ],
    }


def covered(scope: Scope) -> dict[str, Any]:
    """What becomes of the legacy columns, by domain, as declared at this moment."""
    found = coverage()
    wanted = {one.domain for one in scope.works} if scope.domain or scope.run else set(found.domains)
    latest = CoverageSnapshot.objects.first()
    return {
        "domains": [
            {
                "domain": name,
                "columns": share.columns,
                "read": rate(share.migrated, share.columns),
                "explained": rate(share.explained, share.columns),
                "left_behind": share.explained - share.migrated,
                "unexplained": share.columns - share.explained,
            }
            for name, share in found.domains.items()
            if name in wanted
        ],
        "findings": found.findings,
        "snapshot": latest and moment(latest.taken_at),
    }


def corrections(names: Sequence[str]) -> list[dict[str, Any]]:
    """Every correction with its author and reason, and how many values it settled; without the values."""
    rules = Resolution.objects.filter(entity__in=names, rule__startswith=f"{CORRECTION}: ")
    applied = Counter(rules.values_list("rule", flat=True))
    return [
        {
            "number": one.pk,
            "entity": one.entity,
            "legacy_id": one.legacy_id,
            "field": one.field,
            "column": one.path,
            "reason": one.reason,
            "author": one.author,
            "made_at": moment(one.created_at),
            "revoked_at": one.revoked_at and moment(one.revoked_at),
            "revoked_by": one.revoked_by,
            "applied": applied[f"{CORRECTION}: {one.pk}"],
        }
        for one in Correction.objects.filter(entity__in=names).order_by("pk")
    ]
