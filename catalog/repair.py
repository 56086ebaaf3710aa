"""The vocabulary of repairs: what is wrong in rows of the target, and is set right from the legacy rows.

    class OrderDoctorRepair(Repair, script=41, name="repair_order_doctors", entity=OrderMigration, fields=("doctor",)):
        \"\"\"Orders whose doctor is no doctor.\"\"\"

A repair is found by walking `catalog.repairs`, and it is run, resumed and recorded like an entity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import ClassVar

from django.db.models import ForeignKey

from catalog import repairs as package
from catalog.declare import EntityMigration, OnMissing, Reference, Spec
from catalog.plan import parents
from catalog.registry import walk


@dataclass(frozen=True)
class RepairSpec:
    """A repair as a value: every row of `entity` that holds, in one of `fields`, a UUID that is no row of the
    referenced table gets the value that the entity's declaration resolves from the legacy row today.
    """

    name: str
    script: int
    entity: Spec
    fields: tuple[str, ...]
    description: str = ""
    module: str = ""

    def __str__(self) -> str:
        return self.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def domain(self) -> str:
        return self.entity.domain

    @property
    def table(self) -> str:
        return self.entity.target._meta.db_table

    @cached_property
    def resolving(self) -> Spec:
        """The entity reduced to the repaired fields, under the repair's name.

        A parent that is missing fails the row, whatever the declaration says of rows that are still to come: a
        wrong value may be the last trace of the right one, so people decide.
        """
        recipes = {name: _strict(self.entity.references[name]) for name in self.fields}
        return replace(self.entity, name=self.name, recipes=recipes, match=())

    @cached_property
    def foreign_keys(self) -> Mapping[str, ForeignKey]:
        """The repaired fields: name → the target's foreign key."""
        return {name: self.entity.foreign_key(name) for name in self.fields}

    @cached_property
    def needs(self) -> list[Spec]:
        """The entities whose rows have to be in the target before: its own, and those that it refers to."""
        return list({one.name: one for one in (self.entity, *parents(self.resolving))}.values())


def _strict(recipe: Reference) -> Reference:
    return Reference(*recipe.columns, on_missing=OnMissing.FAIL, to=recipe.to, when=recipe.when)


class Repair:
    """Base class of all repairs; a subclass becomes the `RepairSpec` in its attribute `spec`.

    Class keywords: `script` (its number in the inventory), `name` (in commands, runs and failed records), `entity`
    (the declaration whose rows are repaired) and `fields` (its references that may be wrong).
    """

    spec: ClassVar[RepairSpec]

    def __init_subclass__(
        cls, *, script: int, name: str, entity: type[EntityMigration], fields: tuple[str, ...]
    ) -> None:
        cls.spec = RepairSpec(
            name=name,
            script=script,
            entity=entity.spec,
            fields=tuple(fields),
            description=(cls.__doc__ or "").strip(),
            module=cls.__module__,
        )


@cache
def repairs() -> tuple[RepairSpec, ...]:
    """Every declared repair, in the order of module names."""
    return tuple(walk(package, Repair))
