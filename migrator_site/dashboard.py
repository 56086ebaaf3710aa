"""The admin's first page: the last run, what is migrated, what failed, and which databases answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from catalog.registry import specs
from runs.admin.links import list_url, may_view
from runs.admin.lookup import may_look_up
from runs.admin.now import now
from runs.causes import cause
from runs.inventory import Part, parts
from runs.ledger.models import FailedRecord
from runs.models import Run

#: Alias → what it holds.
DATABASES = {"default": "control", "legacy": "old system, read only", "target": "new system and ledger"}
GROUPS_SHOWN = 12


@dataclass(frozen=True)
class Database:
    """One of the databases, and whether it answers just now."""

    alias: str
    role: str
    name: str
    place: str
    reachable: bool


@dataclass(frozen=True)
class Total:
    """A domain's entities, or all of them."""

    name: str
    entities: list[Part]

    @property
    def in_scope(self) -> int:
        return sum(entity.tally.whole for entity in self.entities if entity.tally)

    @property
    def migrated(self) -> int:
        return sum(entity.tally.migrated for entity in self.entities if entity.tally)

    @property
    def failed(self) -> int:
        return sum(entity.failed for entity in self.entities)

    @property
    def percent(self) -> float | None:
        """Rounded down to a tenth, so that 100 means all of it; None before any row was counted."""
        return 1000 * self.migrated // self.in_scope / 10 if self.in_scope else None

    @property
    def ran(self) -> int:
        """How many of the entities have had a real run that came to its end and stands."""
        return sum(entity.tally is not None for entity in self.entities)


def dashboard(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """The theme's context and what the template shows. Parts that the user may not see are missing."""
    context: dict[str, Any] = {**given, "databases": databases(), "may_see_runs": may_view(request, Run)}
    reachable = {database.alias for database in context["databases"] if database.reachable}
    if context["may_see_runs"]:
        domains = by_domain()
        context |= {
            "domains": domains,
            "total": Total("all domains", [entity for domain in domains for entity in domain.entities]),
            **now(request),
        }
    context["may_look_up"] = may_look_up(request)
    if may_view(request, FailedRecord):
        context |= {"may_see_failures": True, **failures("target" in reachable)}
    return context


def by_domain() -> list[Total]:
    """The declared entities in their domains, each with what its runs came to."""
    found = parts({spec.name: spec for spec in specs()})
    domains: dict[str, list[Part]] = defaultdict(list)
    for spec in specs():
        domains[spec.domain].append(found[spec.name])
    return [Total(name, entities) for name, entities in sorted(domains.items())]


def failures(reachable: bool) -> dict[str, Any]:
    """The open failed records by cause, the largest groups first."""
    if not reachable:
        return {"failures_unknown": True}
    open_records = FailedRecord.objects.filter(state=FailedRecord.State.OPEN)
    keys = ("entity", "stage", "code", "field", "fingerprint")
    try:
        groups = list(open_records.values(*keys).annotate(rows=Count("pk")).order_by("-rows", "entity"))
    except DatabaseError:
        return {"failures_unknown": True}
    return {
        "failures": [_group(group) for group in groups[:GROUPS_SHOWN]],
        "failure_groups": len(groups),
        "open_failures": sum(group["rows"] for group in groups),
        "open_failures_url": list_url(FailedRecord, state__exact=FailedRecord.State.OPEN),
    }


def _group(group: dict[str, Any]) -> dict[str, Any]:
    url = reverse("admin:ledger_failedrecord_group", args=[group["fingerprint"]])
    return {**group, "title": cause(group["stage"], group["code"]).title, "url": url}


def databases() -> list[Database]:
    return [_database(alias, role) for alias, role in DATABASES.items()]


def _database(alias: str, role: str) -> Database:
    place = connections[alias].settings_dict
    where = "embedded server" if alias in settings.EMBEDDED_DATABASES else place["HOST"] or "this machine"
    return Database(alias, role, str(place["NAME"]), where, _answers(alias))


def _answers(alias: str) -> bool:
    try:
        connections[alias].cursor().close()
    except DatabaseError:
        return False
    return True


def environment(request: HttpRequest) -> list[str] | None:
    """A label in the corner of every page, so that a try-out is not taken for the real thing."""
    return ["Try-out", "warning"] if settings.TRY_OUT else None
