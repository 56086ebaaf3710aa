"""What an undo is about: the rows that were chosen, closed over what depends on them, and what has to stay.

It is built afresh whenever an undo begins or goes on. Rows are deleted children first, so what a killed undo leaves
behind is always a set of the same kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from catalog.declare import OnMissing, Spec
from catalog.plan import ordered
from catalog.registry import parent, specs
from catalog.repair import repairs
from runs import sql_undo_set as rows
from runs.errors import Refused
from runs.sql_edges import Edge, foreign_keys
from runs.sql_undo import Waiting
from runs.sql_undo_set import Choice


class Dependants(StrEnum):
    """What becomes of rows that were not chosen and refer to chosen ones."""

    REFUSE = "refuse"  #: Nothing is done as long as there are any.
    INCLUDE = "include"  #: They are taken back as well.
    KEEP = "keep"  #: They stay, and so do the rows that they need.


@dataclass(frozen=True)
class Dependant:
    """Rows that were not chosen and refer to chosen ones. `run` is None for rows that nobody migrated."""

    name: str
    run: int | None
    rows: int

    def __str__(self) -> str:
        origin = f"run {self.run}" if self.run else "made in the new system"
        return f"{self.rows:,} rows of {self.name} ({origin})"


def order() -> list[str]:
    """Names of all entities and repairs in the order in which they are taken back: what was done last goes first."""
    return [repair.name for repair in reversed(repairs())] + [spec.name for spec in reversed(ordered())]


class Set(NamedTuple):
    """The rows, as a table of the session. `found`: dependants of the chosen ones; `edges`: all foreign keys."""

    found: list[Dependant]
    edges: list[Edge]


@contextmanager
def built(
    choices: Sequence[Choice], how: Dependants, take: bool, allowed: Collection[str] | None = None
) -> Iterator[Set]:
    """The set, for as long as it lasts.

    `take`: rows edited since are not spared. `allowed`: entities whose rows may be included; others stay. Raises
    `Refused` if a table refers to the rows that may not be read.
    """
    names = {spec.name for spec in specs()} if allowed is None else set(allowed)
    edges = edges_of_database()
    tables = {choice.table for choice in choices}
    rows.make()
    try:
        for choice in choices:
            rows.choose(choice, take)
        rows.index()
        left = _close(edges, tables, names, take)
        found = _dependants(left)
        if how != Dependants.INCLUDE:
            rows.forget_dependants()
        if _spare(edges, left) and how == Dependants.INCLUDE:
            # Dependants of what stays have no reason to go.
            rows.forget_dependants()
            _close(edges, tables, names, take)
        yield Set(found, edges)
    finally:
        rows.drop()


def edges_of_database() -> list[Edge]:
    """Every foreign key, with what the declarations know of it."""
    by_table: dict[str, list[Spec]] = {}
    for spec in specs():
        by_table.setdefault(spec.target._meta.db_table, []).append(spec)
    result = []
    for edge in foreign_keys():
        filling = by_table.get(edge.table, []) if edge.schema == "public" else []
        known = edge._replace(entities=tuple(spec.name for spec in filling))
        result.append(known._replace(waits=bool(waiting(known))))
    return result


def waiting(edge: Edge) -> list[Waiting]:
    """The references that this foreign key holds and that may be filled in after their rows were made."""
    if len(edge.columns) > 1 or not edge.nullable:
        return []
    found = []
    for child in (spec for spec in specs() if spec.name in edge.entities):
        for name, recipe in child.references.items():
            known = parent(child, name)
            if known is None or child.column(name) != edge.columns[0]:
                continue
            if recipe.on_missing is OnMissing.WAIT or known.name == child.name:
                found.append(Waiting(child.name, name, known.name))
    return found


def _close(edges: Sequence[Edge], tables: Collection[str], allowed: Collection[str], take: bool) -> list[Edge]:
    """Adds dependants until there are no more; returns the foreign keys by which other rows depend on the set."""
    strange: dict[Edge, None] = {}
    left = sorted(tables)
    while left:
        table = left.pop()
        own = [edge for edge in edges if edge.parent_table == table]
        if hidden := [edge.name for edge in own if not edge.readable]:
            names = ", ".join(hidden)
            raise Refused([f"{names}: such a table refers to {table}, and may not be read. Grant SELECT on it."])
        for edge, found in zip(own, rows.outside(own), strict=True):
            if found:
                strange[edge] = None
                included = [name for name in edge.entities if name in allowed]
                if included and rows.add_children(edge, included, take):
                    left.append(edge.table)
        sharing = [spec.name for spec in specs() if spec.target._meta.db_table == table and spec.name in allowed]
        if len(sharing) > 1:
            rows.add_claims(sharing, table, take)
    return list(strange)


def _dependants(strange: Sequence[Edge]) -> list[Dependant]:
    """Those in the set, then those that can never be: of tables or rows that nobody migrated."""
    sums: dict[tuple[str, int], int] = {}
    for entity, chosen, _, _, run, number in rows.counts():
        if not chosen:
            sums[entity, run] = sums.get((entity, run), 0) + number
    found = [Dependant(entity, run, number) for (entity, run), number in sums.items()]
    by_child: dict[str, list[Edge]] = {}
    for edge in strange:
        by_child.setdefault(edge.name, []).append(edge)
    for name, own in by_child.items():
        if number := rows.strangers(own):
            found.append(Dependant(name, None, number))
    return found


def _spare(edges: Sequence[Edge], strange: Sequence[Edge]) -> bool:
    """Keeps what is needed by rows that stay, and what that needs in turn. Whether there was any such row."""
    any_kept = rows.keep_claimed() > 0
    staying = rows.staying_tables()
    left = [edge for edge in edges if edge.child in staying or edge in strange]
    while left:
        changed = {edge.parent for edge in left if rows.keep_needed(edge)}
        any_kept = any_kept or bool(changed)
        left = [edge for edge in edges if edge.child in changed]
    return any_kept
