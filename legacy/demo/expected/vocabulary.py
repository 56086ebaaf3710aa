"""The words in which the expectations are written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ref:
    """A reference: target field, parent entity, SQL of the legacy keys, of which the first that arrives counts.

    Where none does, a required reference fails the row and an optional one stays empty.
    """

    field: str
    parent: str
    keys: tuple[str, ...]
    required: bool


@dataclass(frozen=True)
class Entity:
    """A target table and its source: the legacy table as `t`, joins that keep every row, and the scope.

    `label` is SQL for the legacy id that a row gets, which tells the parts of a row apart where it has several.
    """

    name: str
    table: str
    refs: tuple[Ref, ...] = ()
    where: str = "true"
    joins: str = ""
    label: str = "t.id::text"


def required(field: str, parent: str, *keys: str) -> Ref:
    """A reference without which there is no row. A key is a column of the source, or SQL."""
    return Ref(field, parent, tuple(map(_sql, keys)), required=True)


def optional(field: str, parent: str, *keys: str) -> Ref:
    """A reference that a row can do without."""
    return Ref(field, parent, tuple(map(_sql, keys)), required=False)


def pair(name: str, table: str, left: Ref, right: Ref, where: str = "true", joins: str = "") -> Entity:
    """A table that joins two others."""
    return Entity(name, table, (left, right), where, joins)


def _sql(key: str) -> str:
    return f"t.{key}" if key.isidentifier() else key
