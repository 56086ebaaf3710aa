"""What was in scope, what arrived and what did not: a line for each entity, and their sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.models import MigrationScript
from runs.inventory import arrived
from runs.ledger.models import PendingReference
from runs.models import TERMS, EntityRun, Run
from runs.reporting.rates import rate, success
from runs.reporting.scope import Scope
from runs.reporting.standing import Standing, counts

Line = dict[str, Any]

#: What an undo did with rows that it took back.
TAKEN_BACK = ("deleted", "restored", "released")


def as_it_stands(standing: Standing) -> Line:
    """An entity at this moment: the terms add up to the rows in scope."""
    spec = standing.spec
    terms = {
        "arrived": standing.arrived,
        "failed": standing.failed,
        "dismissed": standing.dismissed,
        "not yet": standing.left,
    }
    return {
        "entity": spec.name,
        "domain": spec.domain,
        "script": spec.script,
        "legacy_rows": standing.legacy_rows,
        "out_of_scope": standing.legacy_rows - standing.in_scope,
        "whole": standing.whole,
        "terms": terms,
        "waiting": standing.waiting,
        "success": success(standing.arrived, standing.waiting, standing.whole),
    }


def of_run(scope: Scope, run: Run) -> tuple[list[Line], list[Line]]:
    """The parts of a run as it left them: (entities, repairs)."""
    declared = {one.name: one for one in scope.works}
    repairs = {one.name for one in scope.repairs}
    validations = {one.name for one in scope.validations}
    entity_runs = [one for one in run.entity_runs.order_by("position") if one.entity not in validations]
    waiting = counts(
        PendingReference.objects.filter(page__run=run.pk), [one.entity for one in entity_runs], distinct="legacy_id"
    )
    lines = []
    for one in entity_runs:
        spec = declared.get(one.entity)
        place = {"domain": spec.domain, "script": spec.script} if spec else {"domain": "withdrawn", "script": None}
        lines.append({"entity": one.entity, **place, **_counted(run, one, waiting.get(one.entity, 0))})
    return [x for x in lines if x["entity"] not in repairs], [x for x in lines if x["entity"] in repairs]


def _counted(run: Run, entity_run: EntityRun, waiting: int) -> Line:
    whole = (entity_run.in_scope or 0) + entity_run.expanded
    undo = run.kind == Run.Kind.UNDO
    done = sum(getattr(entity_run, name) for name in TAKEN_BACK) if undo else arrived(entity_run)
    terms = {name.replace("_", " "): getattr(entity_run, name) for name in TERMS}
    if run.kind == Run.Kind.VALIDATION:
        terms["compared"] = terms.pop("unchanged")
    return {
        "state": entity_run.get_state_display(),
        "problem": entity_run.problem,
        "seconds": f"{entity_run.seconds:.1f}",
        "legacy_rows": entity_run.total,
        "out_of_scope": entity_run.out_of_scope,
        "whole": whole,
        "terms": {**terms, "not accounted for": entity_run.balance or 0},
        "waiting": waiting,
        "success": success(done, waiting, whole),
    }


def repairs_as_they_stand(statuses: Iterable[Mapping[str, Any]], domains: Mapping[str, str]) -> list[Line]:
    """Repairs, whose rows are rows of entities already: they are in no sum."""
    return [
        {
            "entity": one["entity"],
            "domain": domains[one["entity"]],
            "script": one["script"],
            "legacy_rows": one["in_scope"] + one["out_of_scope"],
            "out_of_scope": one["out_of_scope"],
            "whole": one["in_scope"],
            "terms": {
                "repaired": one["migrated"],
                "failed": one["failed"],
                "not yet": one["remaining"],
            },
            "waiting": 0,
            "success": success(one["migrated"], 0, one["in_scope"]),
        }
        for one in statuses
    ]


def total(lines: Sequence[Line]) -> Line:
    """The sum of some lines. Their rows are rows of different entities, so none counts twice."""
    terms: Counter[str] = Counter()
    for line in lines:
        terms.update(line["terms"])
    whole, part = sum(line["whole"] for line in lines), sum(line["success"]["part"] for line in lines)
    return {
        "entities": len(lines),
        "whole": whole,
        "terms": dict(terms),
        "waiting": sum(line["waiting"] for line in lines),
        "success": rate(part, whole),
    }


def by_domain(lines: Iterable[Line]) -> list[Line]:
    grouped: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line["domain"]].append(line)
    return [{"domain": domain, **total(found)} for domain, found in sorted(grouped.items())]


def by_script(lines: Iterable[Line]) -> list[Line]:
    """Each script of the inventory that has entities here, beside what the original recorded."""
    grouped: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line["script"]].append(line)
    return [
        {
            "number": script.number,
            "title": script.title,
            "recorded": {
                "part": script.recorded_migrated,
                "whole": script.recorded_total,
                "percent": None if script.recorded_rate is None else str(script.recorded_rate),
            },
            "note": script.recorded_note,
            **total(grouped[script.number]),
        }
        for script in MigrationScript.objects.filter(number__in=[n for n in grouped if n is not None])
    ]
