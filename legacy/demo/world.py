"""What the generators share: seed and scale, random streams, ids, dates, and the people and orders made so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from legacy.demo.counts import FIXED, GROWING
from legacy.demo.store import Store

#: The laboratory's time: everything happens between these two moments.
BEGIN = datetime(2018, 1, 8, 6, tzinfo=UTC)
END = datetime(2025, 6, 20, 18, tzinfo=UTC)
SPAN = (END - BEGIN).total_seconds()


class Doctor(NamedTuple):
    """A doctor's user id, the moment of joining, the offices (ids), and the country that gave the name."""

    id: int
    joined: datetime
    offices: list[int]
    country: str | None


class Patient(NamedTuple):
    """A patient: ids, doctor's user id, office id, the moment of submission."""

    id: int
    user: int
    doctor: int
    office: int | None
    since: datetime


class Order(NamedTuple):
    """An instruction: ids, doctor's user id, office id, course, status, price in cents, submission."""

    id: int
    patient: int
    doctor: int
    office: int | None
    course: int
    status: int
    cents: int
    at: datetime
    deleted: bool


class Plan(NamedTuple):
    """A plan: ids of itself and its instruction, the moment of its making."""

    id: int
    order: int
    at: datetime


def moment(fraction: float) -> datetime:
    """The point of the laboratory's time at a fraction of it, to the second."""
    return BEGIN + timedelta(seconds=int(SPAN * min(fraction, 1.0)))


@dataclass
class World:
    """One demo laboratory while it is being generated; the lists hold what later tables refer to."""

    store: Store
    seed: int
    scale: float
    roles: list[int] = field(default_factory=list)
    products: list[int] = field(default_factory=list)
    templates: list[int] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)
    technicians: list[int] = field(default_factory=list)
    offices: dict[str | None, list[int]] = field(default_factory=dict)
    doctors: list[Doctor] = field(default_factory=list)
    patients: list[Patient] = field(default_factory=list)
    jaws: list[int] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    projects: dict[int, list[int]] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    files_of: dict[int, list[int]] = field(default_factory=dict)
    records: list[int] = field(default_factory=list)
    purchase_orders: dict[int, int] = field(default_factory=dict)

    def rng(self, name: str) -> Random:
        """The random stream of one table, so that a change to one generator leaves the others' rows alone."""
        return Random(f"{self.seed}:{name}")

    def count(self, name: str) -> int:
        """How many rows of a kind this laboratory has."""
        return FIXED[name] if name in FIXED else GROWING[name].at(self.scale)

    def share(self, recorded: int, least: int = 1) -> int:
        """A number recorded at scale 1, brought to this laboratory's scale."""
        return max(round(recorded * self.scale), least)

    def ids(self, name: str, amount: int, top: int = 0) -> list[int]:
        """`amount` ids in ascending order with gaps; the last one is `top`, by default a quarter above the amount."""
        top = top or amount * 5 // 4 + 3
        return [*sorted(self.rng(f"{name}.id").sample(range(1, top), amount - 1)), top]

    def put(self, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        """Load rows into a table."""
        self.store.copy(table, columns, rows)


def cumulative(rng: Random, amount: int, lower: float = 0.0, upper: float = 1.0) -> list[float]:
    """`amount` ascending fractions between the bounds."""
    return sorted(rng.uniform(lower, upper) for _ in range(amount))
