"""The vocabulary in which an entity says where each of its fields comes from.

A declaration is a class: its body names target fields, its header (the class keywords) holds the settings::

    class OrderMigration(EntityMigration, script=5, source=Instruction, target=Order):
        patient = Reference("patient_id")
        amount = Column("price", money)

What is wrong with a declaration is found by the system checks in `catalog.checks`, before any run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Field, ForeignKey, Model, Q
from django.db.models.expressions import Combinable

Step = Callable[[Any], Any]


class OnMissing(StrEnum):
    """What becomes of a row whose reference points at a parent that was not migrated."""

    FAIL = "fail"  #: The row becomes a failed record.
    SET_NULL = "set_null"  #: The field stays empty, and a resolution records the legacy key.
    WAIT = "wait"  #: The field stays empty until the parent arrives; the row is listed as pending.


class OnInvalid(StrEnum):
    """What becomes of a row with a value that the target cannot hold."""

    FAIL = "fail"  #: The row becomes a failed record.
    SET_NULL = "set_null"  #: The field stays empty, and a resolution records the legacy value.
    KEEP_RAW = "keep_raw"  #: JSON fields only: the text is kept as a JSON string, and a resolution says so.


@dataclass(frozen=True)
class Recipe:
    """Where the value of one target field comes from."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The source columns that are read: names of columns, or look-ups over foreign keys ("patient__suffix")."""
        return ()


@dataclass(frozen=True, init=False)
class Column(Recipe):
    """One source column, sent through the steps from left to right. A NULL stays NULL and meets no step."""

    path: str
    steps: tuple[Step, ...]
    on_invalid: OnInvalid

    def __init__(self, path: str, *steps: Step, on_invalid: OnInvalid = OnInvalid.FAIL) -> None:
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "on_invalid", on_invalid)

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path,)


@dataclass(frozen=True, init=False)
class Derived(Recipe):
    """Several source columns made into one value by a pure function, which also gets the NULLs."""

    columns: tuple[str, ...]
    by: Callable[..., Any]
    on_invalid: OnInvalid

    def __init__(self, *columns: str, by: Callable[..., Any], on_invalid: OnInvalid = OnInvalid.FAIL) -> None:
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "by", by)
        object.__setattr__(self, "on_invalid", on_invalid)

    @property
    def paths(self) -> tuple[str, ...]:
        return self.columns


@dataclass(frozen=True)
class Constant(Recipe):
    """The same value for every row: a fact about the whole legacy table, never a stand-in for an unknown."""

    value: Any


@dataclass(frozen=True, init=False)
class Reference(Recipe):
    """A legacy key, looked up in the mappings of the entity that the target's foreign key points to.

    With several columns the first key that was migrated answers. `to` names the entity; it is needed only
    where more than one entity fills the referenced table. `when` is for generic foreign keys: the keys count
    only in rows whose columns have these values, and are NULL in all others (`when={"target_type_id": 11}`).
    """

    columns: tuple[str, ...]
    on_missing: OnMissing
    to: str | None
    when: Mapping[str, Any]

    def __init__(
        self,
        *columns: str,
        on_missing: OnMissing = OnMissing.FAIL,
        to: str | None = None,
        when: Mapping[str, Any] | None = None,
    ) -> None:
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "on_missing", on_missing)
        object.__setattr__(self, "to", to)
        object.__setattr__(self, "when", dict(when or {}))

    @property
    def paths(self) -> tuple[str, ...]:
        return (*self.columns, *self.when)


@dataclass(frozen=True, init=False)
class Each:
    """One legacy row becomes several target rows: one for each part that `by` finds in the columns.

    `by` gets the columns' values, NULLs included, and returns tuples of the values named in `gives`; recipes read
    these like columns. The first one tells the parts of a row apart: the legacy id is "<primary key>:<first value>".
    """

    columns: tuple[str, ...]
    by: Callable[..., list[tuple[Any, ...]]]
    gives: tuple[str, ...]

    def __init__(self, *columns: str, by: Callable[..., list[tuple[Any, ...]]], gives: tuple[str, ...]) -> None:
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "by", by)
        object.__setattr__(self, "gives", tuple(gives))


@dataclass(frozen=True)
class Spec:
    """A declaration as a value: what checks, engine, admin and tests work with.

    `name` is the entity's name everywhere: in commands, mappings and failed records. `where` selects the rows
    in scope (None: all), `annotate` adds named ORM expressions to the columns that recipes may read, `match`
    names the target fields that identify a row which is in the target already, `each` splits a row into several.
    """

    name: str
    script: int
    source: type[Model]
    target: type[Model]
    recipes: Mapping[str, Recipe]
    where: Q | None = None
    annotate: Mapping[str, Combinable] = field(default_factory=dict)
    match: tuple[str, ...] = ()
    each: Each | None = None
    left_behind: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    module: str = ""

    def __str__(self) -> str:
        return self.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def domain(self) -> str:
        """The data domain, which is the folder that the declaration lies in."""
        return self.module.rpartition(".")[0].rpartition(".")[2]

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All source columns that are read, primary key first, each once."""
        read = [self.source._meta.pk.name]
        for recipe in self.recipes.values():
            read += recipe.paths
        if self.each:
            read = [path for path in read if path not in self.each.gives] + list(self.each.columns)
        return tuple(dict.fromkeys(read))

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The target's own fields by name."""
        return {f.name: f for f in self.target._meta.concrete_fields}

    @cached_property
    def references(self) -> Mapping[str, Reference]:
        return {name: r for name, r in self.recipes.items() if isinstance(r, Reference)}

    def column(self, name: str) -> str:
        """The target column of a field."""
        return str(self.fields[name].column)

    def foreign_key(self, name: str) -> ForeignKey:
        """The target's foreign key that a `Reference` fills. Raises TypeError for a field of another kind."""
        found = self.fields[name]
        if not isinstance(found, ForeignKey):
            raise TypeError(f"{self.name}.{name} is not a foreign key")
        return found


class EntityMigration:
    """Base class of all declarations; a subclass becomes the `Spec` in its attribute `spec`.

    Class keywords: `script` (its number in the inventory), `source` (legacy model), `target` (target model), and
    optionally `where`, `annotate`, `match`, `each`, `left_behind` (legacy column → the reason why it is not migrated)
    and `name` (default: the target's table).
    """

    spec: ClassVar[Spec]

    def __init_subclass__(
        cls,
        *,
        script: int,
        source: type[Model],
        target: type[Model],
        where: Q | None = None,
        annotate: Mapping[str, Combinable] | None = None,
        match: tuple[str, ...] = (),
        each: Each | None = None,
        left_behind: Mapping[str, str] | None = None,
        name: str | None = None,
    ) -> None:
        cls.spec = Spec(
            name=name or target._meta.db_table,
            script=script,
            source=source,
            target=target,
            recipes=dict(_recipes(cls)),
            where=where,
            annotate=dict(annotate or {}),
            match=tuple(match),
            each=each,
            left_behind=dict(left_behind or {}),
            description=(cls.__doc__ or "").strip(),
            module=cls.__module__,
        )


def _recipes(cls: type) -> Iterator[tuple[str, Recipe]]:
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Recipe):
                yield name, value
