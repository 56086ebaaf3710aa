"""The first half of a page's way, which only reads: what is known already, transform, resolve, match."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from catalog.declare import Spec
from legacy.reader import SourcePage
from runs import sql
from runs.engine import correct
from runs.engine.match import match
from runs.engine.resolve import resolve
from runs.engine.rows import Batch, Rejected
from runs.engine.transform import read, transform


@dataclass
class Prepared:
    """A page whose rows are ready to be written."""

    page: SourcePage
    create: Batch
    matched: Batch
    rejected: list[Rejected]
    #: Migrated before, and the legacy row is as it was then.
    unchanged: int
    #: Migrated before, but the legacy row has changed since: left to a differential run.
    skipped: int
    #: Rows more than were read, where one row becomes several.
    expanded: int
    #: The ids of rows that were split: their parts go on in their stead.
    split: list[str]


class Parents:
    """Look-ups of migrated parents, each asked for once. At most `SIZE` answers are kept for each entity."""

    SIZE = 20_000

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def find(self, entity: str, legacy_ids: Collection[str]) -> Mapping[str, str]:
        known = self._known.setdefault(entity, {})
        unknown = [key for key in legacy_ids if key not in known]
        if unknown:
            if len(known) + len(unknown) > self.SIZE:
                known = self._known[entity] = {key: known[key] for key in legacy_ids if key in known}
            known.update(sql.target_ids(entity, unknown))
        return known


class Preparer:
    """Prepares the pages of one entity. `limit`: stop after so many rows that were never migrated before."""

    def __init__(self, spec: Spec, namespace: UUID, limit: int | None = None) -> None:
        self.spec = spec
        self.namespace = namespace
        self.limit = limit
        self.parents = Parents()
        self.corrections = correct.live(spec)
        # Where there is nothing to find, nothing needs to be asked for with every page.
        self.may_be_known = sql.has_mappings(spec.name)
        self.may_match = bool(spec.match) and sql.has_rows(spec.target._meta.db_table)

    def prepare(self, pages: Iterator[SourcePage]) -> Iterator[Prepared]:
        left = self.limit
        for page in pages:
            prepared = self._page(page, left)
            yield prepared
            if left is not None:
                left -= len(prepared.create) + len(prepared.matched) + len(prepared.rejected)
                if left <= 0:
                    return

    def _page(self, page: SourcePage, left: int | None) -> Prepared:
        batch, rejected = read(self.spec, page.rows, self.namespace, self.corrections)
        expanded = len(batch) + len(rejected) - page.read
        split = _split(page, rejected) if self.spec.each else []
        new, unchanged, skipped = self._known(batch)
        if left is not None and len(new) + len(rejected) > left:
            return self._page(_first(page, new, left), None)
        new, refused = transform(self.spec, new)
        rejected += refused
        new, refused = resolve(self.spec, new, self.parents.find)
        rejected += refused
        new.resolved = correct.merged(new.resolved)
        create, matched = match(self.spec, new) if self.may_match else (new, new.at([]))
        return Prepared(page, create, matched, rejected, unchanged, skipped, expanded, split)

    def _known(self, batch: Batch) -> tuple[Batch, int, int]:
        """(rows without a mapping, number of unchanged rows, number of changed ones)."""
        if not self.may_be_known:
            return batch, 0, 0
        hashes = sql.source_hashes(self.spec.name, batch.ids)
        known = [i for i, legacy_id in enumerate(batch.ids) if legacy_id in hashes]
        unchanged = sum(hashes[batch.ids[i]] == batch.hashes[i] for i in known)
        return batch.without(known), unchanged, len(known) - unchanged


def _split(page: SourcePage, rejected: list[Rejected]) -> list[str]:
    refused = {row.legacy_id for row in rejected}
    return [key for row in page.rows if (key := str(row[0])) not in refused]


def _first(page: SourcePage, new: Batch, left: int) -> SourcePage:
    """The page cut after the row with which `left` new rows are reached."""
    stop = new.origins[min(left, len(new)) - 1] + 1 if len(new) else len(page.rows)
    return replace(page, rows=page.rows[:stop], final=page.final and stop == len(page.rows))
