"""What every mirror of a legacy table has in common."""

from typing import Any

from django.db import models


class Mirror(models.Model):
    """A table of the old system as it is: never created, changed or written by this project.

    A column is nullable here unless the old system is known to forbid NULL in it. Columns named in a class
    docstring as assumed were never seen in use; schema.drift() tells where they differ from the real table.
    """

    id = models.AutoField(primary_key=True)

    class Meta:
        abstract = True
        managed = False

    def __str__(self) -> str:
        return f"{self._meta.db_table} {self.pk}"


# A broken reference must read as NULL in a LEFT JOIN instead of hiding the row that carries it, hence null=True
# on every foreign key, also where the old system forbids NULL.
LOOSE: dict[str, Any] = {"null": True, "on_delete": models.DO_NOTHING, "db_constraint": False}


def reference(to: str, **options: Any) -> "models.ForeignKey[Any, Any]":
    """A foreign key into another mirror that trusts nothing: nullable, unconstrained, without a reverse accessor."""
    return models.ForeignKey(to, **{"related_name": "+", **LOOSE, **options})


def one_to_one(to: str, related_name: str, **options: Any) -> "models.OneToOneField[Any, Any]":
    """A unique reference; `related_name` is the accessor on the other side."""
    return models.OneToOneField(to, related_name=related_name, **{**LOOSE, **options})


def money(**options: Any) -> "models.DecimalField[Any, Any]":
    """An amount to the cent, without a currency: the old system stores none."""
    return models.DecimalField(max_digits=12, decimal_places=2, **{"null": True, **options})
