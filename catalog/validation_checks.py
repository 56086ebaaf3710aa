"""Django system checks over the validations. Ids: catalog.E08x; every finding has a hint that says what to write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core import checks

from catalog.checks import readable
from catalog.inventory import recorded
from catalog.models import MigrationScript
from catalog.registry import specs
from catalog.repair import repairs
from catalog.validation import ValidationSpec, validations


def register() -> None:
    """Makes the checks part of `manage.py check`."""
    checks.register(declared_validations, "catalog")


def declared_validations(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """What is wrong with the declarations in `catalog.validations`."""
    return findings(validations()) if readable(app_configs) else []


def findings(found: Iterable[ValidationSpec]) -> list[checks.CheckMessage]:
    """What is wrong with these validations."""
    scripts = {row.number for row in recorded() if row.fields["kind"] == MigrationScript.Kind.VALIDATE}
    taken = {spec.name for spec in specs()} | {repair.name for repair in repairs()}
    messages: list[checks.CheckMessage] = []
    for validation in found:
        wrong = list(_alone(validation, scripts))
        if validation.name in taken:
            wrong.append(("E081", "has the name of an entity, a repair or another validation.", "Rename it."))
        taken.add(validation.name)
        messages += [
            checks.Error(
                f"The validation {validation.name} ({validation.module}) {text}", hint=hint, id=f"catalog.{number}"
            )
            for number, text, hint in wrong
        ]
    return messages


def _alone(validation: ValidationSpec, scripts: set[int]) -> Iterator[tuple[str, str, str]]:
    if validation.script not in scripts:
        yield (
            "E082",
            f"belongs to script {validation.script}, which is no validation in catalog/scripts.csv.",
            f"Validations of the inventory: {', '.join(map(str, sorted(scripts)))}.",
        )
    if not validation.description:
        yield "E083", "does not say what it validates.", "Write a docstring: what has to be true of the rows."
    if not validation.entities:
        yield "E084", "compares no entity.", "Name declarations: entities=(...,)."
