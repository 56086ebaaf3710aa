"""Everything that is known of one place, as plain data: keys, states and dates, and no value of a row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from runs.causes import cause
from runs.engine.identity import target_ids
from runs.ledger.models import (
    BeforeImage,
    Correction,
    FailedAttempt,
    PendingReference,
    RecordEvent,
    RemovedRow,
    Resolution,
)
from runs.looking.neighbours import children, parents, waiting_for
from runs.looking.places import Place, source_row
from runs.models import Finding, Run


def brief(place: Place) -> dict[str, Any]:
    """What tells one place from another."""
    return {
        "entity": place.spec.name,
        "legacy_id": place.legacy_id,
        "legacy_table": place.spec.source._meta.db_table,
        "target_table": place.spec.target._meta.db_table,
        "there": place.there,
        "in_scope": place.in_scope,
        "target_id": place.mapping and str(place.mapping.target_id),
        "failed": place.failed and place.failed.state,
    }


def everything(place: Place) -> dict[str, Any]:
    """All of it. Every query goes by an index, or to a small table."""
    row = {"entity": place.spec.name, "legacy_id": place.legacy_id}
    target_id = place.mapping.target_id if place.mapping else _expected(place)
    told = {
        **brief(place),
        "domain": place.spec.domain,
        "script": place.spec.script,
        "expected_id": str(_expected(place)),
        "target_there": place.spec.target._default_manager.filter(pk=target_id).exists(),
        "mapping": _mapping(place),
        "failure": _failure(place),
        "attempts": _attempts(row),
        "events": list(RecordEvent.objects.filter(**row).order_by("pk").values("action", "who", "at", "text")),
        "corrections": _corrections(place),
        "resolutions": list(Resolution.objects.filter(**row).order_by("field").values("pk", "field", "rule", "run")),
        "pending": list(
            PendingReference.objects.filter(**row)
            .order_by("field")
            .values("pk", "field", "parent_entity", "parent_legacy_id", "since")
        ),
        "images": _images(place, {target_id, _expected(place)}),
        "removed": list(
            RemovedRow.objects.filter(target_id__in={target_id, _expected(place)}, **row).values("pk", "run", "at")
        ),
        "findings": _findings(place, str(target_id)),
        "parents": parents(place),
        "children": children(place.spec, target_id) if place.mapping else [],
        "waiting": waiting_for(place.spec, place.legacy_id),
    }
    return {**told, "runs": _runs(told)}


def _expected(place: Place) -> UUID:
    """The UUID that the row has, or would have, if we make it."""
    return UUID(target_ids(settings.UUID_NAMESPACE, place.spec.name, [place.legacy_id])[0])


def _mapping(place: Place) -> dict[str, Any] | None:
    mapping = place.mapping
    if mapping is None:
        return None
    page = mapping.page
    batch = source_row(place.spec, place.legacy_id)
    hashes = dict(zip(batch.ids, batch.hashes, strict=True))
    return {
        "pk": mapping.pk,
        "outcome": mapping.outcome,
        "page": page.pk,
        "page_number": page.number,
        "run": page.run,
        "at": page.committed_at,
        "changed": place.legacy_id in hashes and hashes[place.legacy_id] != mapping.source_hash,
    }


def _failure(place: Place) -> dict[str, Any] | None:
    record = place.failed
    if record is None:
        return None
    return {
        "pk": record.pk,
        "state": record.state,
        "cause": cause(record.stage, record.code).title,
        "field": record.field,
        "message": record.message,
        "run": record.run,
        "attempts": record.attempts,
        "closed_by": record.closed_by,
        "assignee": record.assignee,
    }


def _attempts(row: dict[str, str]) -> list[dict[str, Any]]:
    found = FailedAttempt.objects.filter(**row).select_related("page").order_by("pk")
    return [
        {
            "run": one.run,
            "page": one.page_id,
            "cause": cause(one.stage, one.code).title,
            "field": one.field,
            "at": one.at,
            "undone": one.undone,
        }
        for one in found
    ]


def _corrections(place: Place) -> list[dict[str, Any]]:
    """Those of the row itself, and the rules over all rows that settled something in it."""
    rules = Resolution.objects.filter(
        entity=place.spec.name, legacy_id=place.legacy_id, rule__startswith="correction: "
    ).values_list("rule", flat=True)
    numbers = [int(rule.partition(": ")[2]) for rule in rules if rule.partition(": ")[2].isdecimal()]
    found = Correction.objects.filter(
        Q(entity=place.spec.name, legacy_id=place.legacy_id) | Q(pk__in=numbers)
    ).order_by("pk")
    return [
        {
            "pk": one.pk,
            "column": one.path,
            "field": one.field,
            "author": one.author,
            "at": one.created_at,
            "for_all": not one.legacy_id,
            "revoked_at": one.revoked_at,
        }
        for one in found
    ]


def _images(place: Place, target_ids: set[UUID]) -> list[dict[str, Any]]:
    found = BeforeImage.objects.filter(target_id__in=target_ids, legacy_id=place.legacy_id).order_by("pk")
    return [
        {"pk": one.pk, "run": one.run, "columns": sorted(one.before), "restored_at": one.restored_at} for one in found
    ]


def _findings(place: Place, target_id: str) -> list[dict[str, Any]]:
    """Findings that name the row among their examples: a finding does not name all of its rows."""
    named = Q(sample__contains=[place.legacy_id]) | Q(sample__contains=[f"target:{target_id}"])
    found = Finding.objects.filter(named, entity=place.spec.name).order_by("pk")
    columns = found.values("pk", "severity", "check_name", "field", "message", "state", "last_seen")
    return [dict(one) for one in columns]


def _runs(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The runs that left a trace of the row, the oldest first."""
    traces = [*told["attempts"], *told["images"], *told["removed"], *told["resolutions"]]
    traces += [one for one in (told["mapping"], told["failure"]) if one]
    numbers = {one["run"] for one in traces} | {
        one["closed_by"] for one in [told["failure"]] if one and one["closed_by"]
    }
    found = Run.objects.filter(pk__in=numbers).order_by("pk")
    return [
        {"run": one.pk, "kind": one.kind, "state": one.get_state_display(), "started_at": one.started_at}
        for one in found
    ]
