"""What the rows of an entity run have in common: causes of failures, policies that were applied, findings."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import reverse

from runs.admin.links import list_url
from runs.causes import cause
from runs.engine.identity import fingerprint
from runs.ledger.models import Resolution
from runs.models import EntityRun, Finding, Severity


class Group(NamedTuple):
    """Rows with one cause, or with one resolution."""

    rows: int
    words: str
    url: str


def failures(entity_run: EntityRun) -> list[Group]:
    """Rows that failed, by cause; each leads to the group of that cause."""
    found = []
    for group in _groups(entity_run, "failures"):
        facts = [group.get(name) or "" for name in ("stage", "code", "field", "constraint")]
        words = _words(cause(*facts[:2]).title, *facts[2:])
        one = fingerprint(entity_run.entity, *facts)
        found.append(Group(group["rows"], words, reverse("admin:ledger_failedrecord_group", args=[one])))
    return found


def resolutions(entity_run: EntityRun) -> list[Group]:
    """Fields that a declared policy settled, by policy."""
    return [
        Group(
            group["rows"],
            f"{group['field']}: {group['rule'].replace('_', ' ')}",
            list_url(
                Resolution, entity=entity_run.entity, field=group["field"], rule=group["rule"], run=entity_run.run_id
            ),
        )
        for group in _groups(entity_run, "resolutions")
    ]


def findings(entity_run: EntityRun) -> list[Group]:
    """What a validation found, the worst first."""
    return [
        Group(
            found["rows"],
            f"{severity}: {found['entity']}{'.' if found['field'] else ''}{found['field']}, {found['message']}",
            list_url(Finding, entity=found["entity"], check=found["check"], run=entity_run.run_id),
        )
        for severity in reversed(Severity)
        for found in _groups(entity_run, "findings")
        if found["severity"] == severity
    ]


def _words(title: str, field: str, constraint: str) -> str:
    return f"{title} in {field}" if field else f"{title} ({constraint})" if constraint else title


def _groups(entity_run: EntityRun, kind: str) -> list[dict[str, Any]]:
    summary: dict[str, Any] = entity_run.summary
    return sorted(summary.get(kind, []), key=lambda group: -group["rows"])
