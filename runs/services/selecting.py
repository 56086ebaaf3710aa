"""Which failed records are meant: those of a cause, some by number, or those of entities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from runs.errors import UsageError
from runs.ledger.models import FailedRecord

State = FailedRecord.State


@dataclass(frozen=True)
class Selection:
    """Failed records that all given conditions hold for. At least one has to be given: nothing selects nothing.

    `records` are the failed records' own numbers, `legacy_ids` belong to `entity`, `entities` are several of them.
    None means not given.
    """

    fingerprint: str = ""
    records: Sequence[int] | None = None
    entity: str = ""
    legacy_ids: Sequence[str] | None = None
    entities: Sequence[str] = ()

    def __post_init__(self) -> None:
        for given in (self.records, self.legacy_ids):
            if given is not None and not given:
                raise UsageError("The list of records is empty, and an empty list selects nothing.")
        if self.legacy_ids is not None and not self.entity:
            raise UsageError("Legacy ids belong to one entity: name it.")
        if not (self.fingerprint or self.entity or self.entities or self.records):
            raise UsageError("Nothing is selected: name a group by its fingerprint, an entity, or records.")

    @classmethod
    def of(cls, entities: Sequence[str], ids: str | None, fingerprint: str = "") -> Selection:
        """As people type it: names, and the ids of one entity separated by commas."""
        if ids is None:
            return cls(fingerprint, entities=entities)
        if len(entities) != 1:
            raise UsageError("Ids belong to one entity: name exactly one beside --ids.")
        return cls(
            fingerprint, entity=entities[0], legacy_ids=[one for each in ids.split(",") if (one := each.strip())]
        )

    def rows(self, *states: str) -> QuerySet[FailedRecord]:
        """The records, of these states only (none: of any), in a fixed order."""
        found = FailedRecord.objects.order_by("entity", "pk")
        if states:
            found = found.filter(state__in=states)
        if self.fingerprint:
            found = found.filter(fingerprint=self.fingerprint)
        if self.entity:
            found = found.filter(entity=self.entity)
        if self.entities:
            found = found.filter(entity__in=self.entities)
        if self.records is not None:
            found = found.filter(pk__in=self.records)
        if self.legacy_ids is not None:
            found = found.filter(legacy_id__in=self.legacy_ids)
        return found

    def __str__(self) -> str:
        """In words, without legacy values."""
        words = [f"group {self.fingerprint}"] if self.fingerprint else []
        words += [self.entity] if self.entity else list(self.entities)
        given = self.records if self.records is not None else self.legacy_ids
        words += [counted(len(given))] if given is not None else []
        return ", ".join(words)


def counted(rows: int) -> str:
    return f"{rows:,} failed record{'' if rows == 1 else 's'}"
