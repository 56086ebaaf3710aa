"""The figures of a report: plain data, the same for every format, and the digest over them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from catalog.money import told_again
from runs.reporting import entities, history, proofs, rows
from runs.reporting.digest import canonical, digest
from runs.reporting.moments import moment
from runs.reporting.scope import Scope
from runs.reporting.signatures import signatures
from runs.reporting.standing import Standing, one_moment, repair_status, standings

#: The shape of the figures: a filed copy says which one it has.
EDITION = 1


@dataclass(frozen=True)
class Report:
    """`figures` survive JSON unchanged. `made_at` is no figure: equal figures have an equal digest on every day."""

    figures: dict[str, Any]
    made_at: str

    @property
    def digest(self) -> str:
        return digest(self.figures)

    def as_dict(self) -> dict[str, Any]:
        return {"made_at": self.made_at, "digest": self.digest, "figures": self.figures}


def report(scope: Scope) -> Report:
    """Counts everything afresh, at one moment. Raises `Refused` if a database does not answer."""
    with one_moment():
        found = standings(scope.entities)
        figures = {"edition": EDITION, "scope": _about(scope), **_lines(scope, found), **_rest(scope, found)}
    return Report(json.loads(canonical(figures)), moment(timezone.now()))


def _about(scope: Scope) -> dict[str, Any]:
    run = scope.run
    return {
        "title": scope.title,
        "slug": scope.slug,
        "run": run and run.pk,
        "kind": run and run.kind,
        "state": run and run.get_state_display(),
        "domain": scope.domain,
        "entities": [spec.name for spec in scope.entities],
    }


def _lines(scope: Scope, found: list[Standing]) -> dict[str, Any]:
    if scope.run:
        lines, repaired = entities.of_run(scope, scope.run)
    else:
        lines = [entities.as_it_stands(one) for one in found]
        domains = {one.name: one.domain for one in scope.repairs}
        repaired = entities.repairs_as_they_stand(map(repair_status, scope.repairs), domains)
    return {
        "entities": lines,
        "repairs": repaired,
        "domains": entities.by_domain(lines),
        "scripts": entities.by_script(lines),
        "total": entities.total(lines),
    }


def _rest(scope: Scope, found: list[Standing]) -> dict[str, Any]:
    open_failures = rows.failures(scope.names, None)
    runs = history.runs(scope)
    return {
        "failures": rows.failures(scope.names, scope.run) if scope.run else open_failures,
        "dismissed": rows.dismissed(scope.names),
        "resolutions": rows.resolutions(scope.names, scope.run),
        "references": rows.references(found, open_failures),
        "money": [_money(one, field) for one in found for field in one.amounts],
        "findings": proofs.findings(scope),
        "coverage": proofs.covered(scope),
        "corrections": proofs.corrections(scope.names),
        "sign_offs": [one.as_dict() for one in signatures(found)],
        "runs": runs,
        "events": history.events(scope, [run["run"] for run in runs]),
        "decisions": history.decisions(scope.names),
        "progress": history.progress(scope),
        "surroundings": history.surroundings(scope),
    }


def _money(standing: Standing, field: str) -> dict[str, Any]:
    """Amounts are text, exact to the last digit. No two of these are ever added: they may be the same money."""
    amount = standing.amounts[field]
    return {
        "entity": standing.spec.name,
        "field": field,
        "column": amount.column,
        "rows": standing.arrived,
        "in_scope": f"{amount.in_scope:f}",
        "arrived": f"{amount.arrived:f}",
        "target": f"{amount.target:f}",
        "difference": f"{amount.difference:f}",
        "behind": f"{amount.behind:f}",
        "told_again": told_again(standing.spec.name, field),
    }
