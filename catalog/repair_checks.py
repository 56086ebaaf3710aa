"""Django system checks over the repairs. Ids: catalog.E07x; every finding has a hint that says what to write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core import checks
from django.db.models import ForeignKey

from catalog.checks import readable
from catalog.inventory import recorded
from catalog.models import MigrationScript
from catalog.registry import specs
from catalog.repair import RepairSpec, repairs


def register() -> None:
    """Makes the checks part of `manage.py check`."""
    checks.register(declared_repairs, "catalog")


def declared_repairs(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """What is wrong with the declarations in `catalog.repairs`."""
    return findings(repairs()) if readable(app_configs) else []


def findings(found: Iterable[RepairSpec]) -> list[checks.CheckMessage]:
    """What is wrong with these repairs."""
    scripts = {row.number for row in recorded() if row.fields["kind"] == MigrationScript.Kind.REPAIR}
    taken = {spec.name for spec in specs()}
    messages: list[checks.CheckMessage] = []
    for repair in found:
        wrong = [*_alone(repair, scripts), *_fields(repair)]
        if repair.name in taken:
            wrong.append(("E071", "has the name of an entity or of another repair.", "Give it a name of its own."))
        taken.add(repair.name)
        messages += [
            checks.Error(f"The repair {repair.name} ({repair.module}) {text}", hint=hint, id=f"catalog.{number}")
            for number, text, hint in wrong
        ]
    return messages


def _alone(repair: RepairSpec, scripts: set[int]) -> Iterator[tuple[str, str, str]]:
    if repair.script not in scripts:
        yield (
            "E072",
            f"belongs to script {repair.script}, which is no repair in catalog/scripts.csv.",
            f"Repairs of the inventory: {', '.join(map(str, sorted(scripts)))}.",
        )
    if not repair.description:
        yield "E073", "does not say what it repairs.", "Write a docstring: which rows are wrong, and what they get."
    if not repair.fields:
        yield "E074", "repairs no field.", f"Name references of {repair.entity.name}: fields=(...,)."


def _fields(repair: RepairSpec) -> Iterator[tuple[str, str, str]]:
    for name in repair.fields:
        if name not in repair.entity.references or not isinstance(repair.entity.fields.get(name), ForeignKey):
            known = ", ".join(repair.entity.references) or "none"
            yield (
                "E075",
                f"names {name!r}, which is no reference of {repair.entity.name}.",
                f"References of {repair.entity.name}: {known}.",
            )
