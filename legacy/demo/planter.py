"""Chooses sound rows and spoils them, and remembers for the manifest what must become of each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from legacy.demo.world import World


@dataclass(frozen=True)
class Outcome:
    """What must become of a row: the entity, `failed`, `resolved` or `migrated`, and stage, code and target field."""

    entity: str
    expect: str
    stage: str = ""
    code: str = ""
    field: str = ""


def failed(entity: str, field: str, code: str, stage: str = "transform") -> Outcome:
    """The row must not arrive, for this reason."""
    return Outcome(entity, "failed", stage, code, field)


def resolved(entity: str, field: str, code: str, stage: str = "transform") -> Outcome:
    """The row must arrive, with a declared policy applied to one field and recorded."""
    return Outcome(entity, "resolved", stage, code, field)


def migrated(entity: str) -> Outcome:
    """The row must arrive as it is: odd, but not wrong."""
    return Outcome(entity, "migrated")


@dataclass(frozen=True)
class Planted:
    """One row that carries a defect, by the legacy id that its entity gives it, and what must become of it."""

    kind: str
    table: str
    id: str
    outcome: Outcome
    note: str


class Planter:
    """The defects' hands on the database: pick rows, change them, say what follows.

    A row is picked once only, so that no row has two defects. What follows from a broken reference is not said here:
    `blame` tells who broke it, and the manifest works out the consequences.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.store = world.store
        self.planted: list[Planted] = []
        self.blamed: dict[tuple[str, int, str], tuple[str, str]] = {}
        self._taken: dict[str, set[int]] = defaultdict(set)

    def share(self, recorded: int, least: int = 1) -> int:
        """How many of so many recorded ones this scale gets."""
        return self.world.share(recorded, least)

    def pick(self, kind: str, table: str, amount: int, where: str = "true", first: str = "") -> list[int]:
        """Take untouched rows, in an order that depends on the seed alone; `first` may put some before others."""
        order = f"{first}, " if first else ""
        ids = self.store.column(
            f"SELECT t.id FROM {table} t WHERE ({where}) AND t.id <> ALL(%s)"
            f" ORDER BY {order}md5(t.id::text || %s), t.id LIMIT %s",
            [sorted(self._taken[table]), f"{self.world.seed}{kind}", amount],
        )
        if not ids:
            raise LookupError(f"no sound row of {table} is left for {kind}")
        self.take(table, ids)
        return ids

    def take(self, table: str, ids: Iterable[int]) -> None:
        """Keep these rows from being picked later."""
        self._taken[table].update(ids)

    def change(self, table: str, ids: Sequence[int], column: str, value: Any) -> None:
        """Set one column of these rows to one value."""
        statement = sql.SQL("UPDATE {} SET {} = %s WHERE id = ANY(%s)").format(
            sql.Identifier(table), sql.Identifier(column)
        )
        self.store.run(statement, [value, list(ids)])

    def gone(self, table: str, amount: int, purpose: str) -> list[int]:
        """Ids that no row of the table has, in or near the range that it uses: what a deleted row leaves behind."""
        top = self.store.one(f"SELECT max(id) FROM {table}")
        drawn = self.world.rng(f"{purpose}.gone").choices(range(1, top + 1), k=amount * 9)
        there = set(self.store.column(f"SELECT id FROM {table} WHERE id = ANY(%s)", [drawn]))
        free = [pk for pk in dict.fromkeys(drawn) if pk not in there]
        return [*free, *range(top + 1, top + 1 + amount)][:amount]

    def dangle(self, table: str, ids: Sequence[int], column: str, parent: str) -> None:
        """Point these rows at rows that are not there any more, each at another one."""
        statement = sql.SQL(
            "UPDATE {} t SET {} = v.gone FROM unnest(%s::int[], %s::int[]) v(id, gone) WHERE t.id = v.id"
        )
        names = map(sql.Identifier, (table, column))
        self.store.run(statement.format(*names), [list(ids), self.gone(parent, len(ids), f"{table}.{column}")])

    def expect(self, kind: str, table: str, ids: Iterable[int], *outcomes: Outcome, note: str) -> None:
        """Say what must become of these rows."""
        self.planted += [Planted(kind, table, str(pk), outcome, note) for pk in ids for outcome in outcomes]

    def spoil(
        self, kind: str, table: str, amount: int, column: str, value: Any, *outcomes: Outcome, where: str = "true"
    ) -> list[int]:
        """Pick rows, set one column, say what follows: the commonest kind of defect."""
        ids = self.pick(kind, table, amount, where)
        self.change(table, ids, column, value)
        self.expect(kind, table, ids, *outcomes, note=f"{table}.{column}")
        return ids

    def blame(self, kind: str, table: str, ids: Iterable[int], field: str, note: str) -> None:
        """Say which defect broke the references that become the target field `field`, in any entity of the table."""
        self.blamed |= {(table, pk, field): (kind, note) for pk in ids}

    def lose(
        self, kind: str, table: str, amount: int, column: str, parent: str, *fields: str, where: str = "true"
    ) -> list[int]:
        """Pick rows and let a reference of them dangle; `fields` are the target fields that it becomes."""
        ids = self.pick(kind, table, amount, f"({where}) AND t.{column} IS NOT NULL")
        self.dangle(table, ids, column, parent)
        for field in fields:
            self.blame(kind, table, ids, field, f"{table}.{column} dangles")
        return ids
