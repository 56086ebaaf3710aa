"""The vocabulary of validations that belong to a script: which entities are compared with their legacy rows.

    class OfferValidation(Validation, script=42, name="validate_offers", entities=(OfferMigration,)):
        \"\"\"Offers arrived, with their doctors and their prices.\"\"\"

A validation is found by walking `catalog.validations`, and it is run and recorded like an entity. What is compared
is no part of it: every check of `runs.validation` applies to every entity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from catalog import validations as package
from catalog.declare import EntityMigration, Spec
from catalog.registry import walk


@dataclass(frozen=True)
class ValidationSpec:
    """A validation as a value: all checks over these entities."""

    name: str
    script: int
    entities: tuple[Spec, ...]
    description: str = ""
    module: str = ""

    def __str__(self) -> str:
        return self.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def domain(self) -> str:
        return self.entities[0].domain


class Validation:
    """Base class of all validations; a subclass becomes the `ValidationSpec` in its attribute `spec`.

    Class keywords: `script` (its number in the inventory), `name` (in commands and runs) and `entities`.
    """

    spec: ClassVar[ValidationSpec]

    def __init_subclass__(cls, *, script: int, name: str, entities: tuple[type[EntityMigration], ...]) -> None:
        cls.spec = ValidationSpec(
            name=name,
            script=script,
            entities=tuple(entity.spec for entity in entities),
            description=(cls.__doc__ or "").strip(),
            module=cls.__module__,
        )


@cache
def validations() -> tuple[ValidationSpec, ...]:
    """Every declared validation, in the order of module names."""
    return tuple(walk(package, Validation))
