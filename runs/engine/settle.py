"""The end of an entity: references that had to wait are filled in, and the books are closed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from catalog.declare import OnMissing, Spec
from catalog.registry import parent, specs
from runs import sql, sql_settle


def settle(spec: Spec, run: int, entity_run: UUID) -> None:
    """Fills in what waited for this entity's rows, in its own table and in others, now that they are there.

    A reference to the entity's own table that may not stay empty without a word becomes a resolution or stays
    on the register, as its policy says.
    """
    with transaction.atomic(using=sql.ALIAS):
        for child in specs():
            for name in child.references:
                known = parent(child, name)
                if known is not None and spec.name in (known.name, child.name):
                    table, column = child.target._meta.db_table, child.column(name)
                    sql_settle.settle(child.name, name, table, column, run=run, entity_run=str(entity_run))
        for name, recipe in spec.references.items():
            if recipe.on_missing is OnMissing.SET_NULL:
                sql_settle.give_up(spec.name, name, run, f"{OnMissing.SET_NULL}: missing_parent")
