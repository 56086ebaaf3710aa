"""Rows on their way from the legacy table to the target, held column by column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Rejected(NamedTuple):
    """A row that cannot go on, and why; becomes a failed record. `message` holds no legacy value."""

    legacy_id: str
    stage: str
    code: str
    message: str
    source: Mapping[str, Any]
    field: str = ""
    constraint: str = ""


class Resolved(NamedTuple):
    """A declared policy or a correction, applied to one field of one row."""

    legacy_id: str
    field: str
    rule: str
    old: str | None
    new: str | None


class Pending(NamedTuple):
    """A reference that waits for its parent."""

    legacy_id: str
    field: str
    parent_entity: str
    parent_legacy_id: str


@dataclass
class Batch:
    """Some rows of one entity. All lists have the same length and order.

    `source` holds the columns as they were read (by path), `values` those of the target (by field name),
    `ids` the legacy ids as text, `origins` the places of the rows in the page that was read, `hashes` the digests
    of the source rows, `target_ids` the UUIDs as text. Of corrections it knows what `replaced` holds, by path and
    legacy id the values as they were read, and `meant`, by field, path and legacy id the UUID that a key stands for.
    """

    ids: list[str]
    source: dict[str, list[Any]]
    origins: list[int] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    target_ids: list[str] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)
    resolved: list[Resolved] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    replaced: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    meant: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def at(self, positions: Collection[int]) -> Batch:
        """The rows at these positions, in this order."""

        def some(values: list[Any]) -> list[Any]:
            return [values[i] for i in positions]

        ids = some(self.ids)
        kept = set(ids)
        return Batch(
            ids=ids,
            source={path: some(values) for path, values in self.source.items()},
            origins=some(self.origins),
            hashes=some(self.hashes) if self.hashes else [],
            target_ids=some(self.target_ids) if self.target_ids else [],
            values={name: some(values) for name, values in self.values.items()},
            resolved=[r for r in self.resolved if r.legacy_id in kept],
            pending=[p for p in self.pending if p.legacy_id in kept],
            replaced=self.replaced,
            meant=self.meant,
        )

    def without(self, positions: Collection[int]) -> Batch:
        """All rows but those at these positions."""
        if not positions:
            return self
        gone = set(positions)
        return self.at([i for i in range(len(self)) if i not in gone])

    def source_row(self, position: int) -> dict[str, Any]:
        """The source columns of one row as they were read, by path."""
        row = {path: values[position] for path, values in self.source.items()}
        legacy_id = self.ids[position]
        return row | {path: old[legacy_id] for path, old in self.replaced.items() if legacy_id in old}

    def reject(
        self, position: int, stage: str, code: str, message: str, field: str = "", constraint: str = ""
    ) -> Rejected:
        """The row at this position as a rejected row."""
        return Rejected(self.ids[position], stage, code, message, self.source_row(position), field, constraint)
