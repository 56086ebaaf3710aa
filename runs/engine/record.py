"""What became of a page's rows, written in the page's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog.columns import money_columns
from catalog.declare import Spec
from runs import sql, sql_failures
from runs.engine.identity import fingerprint
from runs.engine.rows import Batch, Rejected
from runs.ledger.models import Mapping, Outcome, Page, PendingReference
from runs.sql_versions import NONE, Stamp

MAPPING_COLUMNS = ("entity", "legacy_id", "target_id", "outcome", "page_id", "source_hash")


@dataclass(frozen=True)
class Owner:
    """For whom rows are recorded: a run, its part for one entity, and the page."""

    run: int
    entity_run: UUID
    page_id: int


def mappings(spec: Spec, owner: Owner, created: Batch, matched: Batch) -> None:
    """A mapping for every row that is in the target."""
    sql.copy(
        Mapping._meta.db_table,
        MAPPING_COLUMNS,
        (
            (spec.name, legacy_id, target_id, outcome, owner.page_id, digest)
            for batch, outcome in ((created, str(Outcome.CREATED)), (matched, str(Outcome.MATCHED)))
            for legacy_id, target_id, digest in zip(batch.ids, batch.target_ids, batch.hashes, strict=True)
        ),
    )


def failures(spec: Spec, owner: Owner, rejected: Sequence[Rejected]) -> None:
    """A failed record for every row that is not."""
    if rejected:
        sql_failures.save(
            [
                {
                    "entity": spec.name,
                    "fingerprint": fingerprint(spec.name, row.stage, row.code, row.field, row.constraint),
                    **row._asdict(),
                    **_owner(owner),
                    "entity_run": owner.entity_run,
                    "source": {path: _plain(value) for path, value in row.source.items()},
                }
                for row in rejected
            ]
        )


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def resolutions(spec: Spec, owner: Owner, batch: Batch) -> None:
    """A record of every policy that was applied to a row."""
    if batch.resolved:
        sql.save_resolutions([{"entity": spec.name, **r._asdict(), **_owner(owner)} for r in batch.resolved])


def pending(spec: Spec, owner: Owner, batch: Batch) -> None:
    """The register of references that wait for their parents."""
    PendingReference.objects.bulk_create(
        [PendingReference(entity=spec.name, page_id=owner.page_id, **p._asdict()) for p in batch.pending],
        update_conflicts=True,
        unique_fields=["entity", "legacy_id", "field"],
        update_fields=["parent_entity", "parent_legacy_id", "page"],
    )


@dataclass(frozen=True)
class Counts:
    """What became of a page's rows, in numbers. `totals`: money field → sum over the created rows, exact, as text."""

    read: int
    expanded: int
    created: int
    matched: int
    unchanged: int
    skipped: int
    failed: int
    updated: int = 0
    totals: dict[str, str] = field(default_factory=dict)


def totals(spec: Spec, created: Batch) -> dict[str, str]:
    """The control totals of rows that were created, by money field."""
    amounts = {name: created.values[name] for name in money_columns(spec)}
    return {name: str(sum((one for one in column if one is not None), Decimal(0))) for name, column in amounts.items()}


def page(
    spec: Spec, owner: Owner, number: int, keys: tuple[Any, Any], final: bool, counts: Counts, stamp: Stamp = NONE
) -> Page:
    """The checkpoint. Its presence says that everything of the page is committed."""
    first, last = ("" if key is None else str(key) for key in keys)
    record = Page(
        id=owner.page_id,
        entity_run=owner.entity_run,
        run=owner.run,
        entity=spec.name,
        number=number,
        first_key=first,
        last_key=last,
        final=final,
        place=stamp.place,
        versions=list(stamp.versions),
        **asdict(counts),
    )
    record.save(force_insert=True)
    return record


def _owner(owner: Owner) -> dict[str, Any]:
    return {"run": owner.run, "page_id": owner.page_id}
