"""What the demo's target holds before the first run: rows that the scripts of old loaded, under UUIDs of their own.

They brought over orders that were not deleted and whose patient and doctor they found, 23,050 at scale 1; 20,529 of
these carry the UUID of the doctor's profile where the doctor's belongs, under a foreign key that is NOT VALID. Rows
which our declarations refuse, or could only take by a policy, are not among them: nobody knows what was made of those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from catalog.declare import Spec
from catalog.registry import spec
from legacy import reader
from legacy.demo.people import DOCTOR_71
from runs import sql, sql_repairs
from runs.engine.load import load
from runs.engine.resolve import resolve
from runs.engine.rows import Batch
from runs.engine.transform import read, transform
from runs.ledger.models import Mapping as LedgerMapping

#: Recorded of the original scripts: orders brought over, and those of them with a profile for a doctor.
ORDERS, MISDIRECTED = 23_050, 20_529
#: What was loaded, parents first, and what of it: of the orders those that were not deleted, of the doctors all but
#: the one whom the scripts took for somebody else.
LOADED: Mapping[str, Q | None] = {
    "offices": None,
    "courses": None,
    "profiles": None,
    "doctors": ~Q(pk=DOCTOR_71),
    "patients": None,
    "orders": Q(deleted=False, patient__doctor_id__isnull=False),
}
PAGE = 2000


def is_fresh() -> bool:
    """Whether nothing was loaded into the target yet, by whomever."""
    tables = [spec(name).target._meta.db_table for name in LOADED]
    return not LedgerMapping.objects.exists() and not any(map(sql.has_rows, tables))


@dataclass
class Predecessor:
    """The load of one demo. `known`: entity → legacy id → UUID as text; `wrong`: orders with a profile for a doctor."""

    scale: float
    seed: int
    known: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in LOADED})
    wrong: int = 0

    def load(self) -> None:
        """Loads everything in one transaction; the constraint of the orders' doctors is NOT VALID afterwards."""
        with transaction.atomic(using=sql.ALIAS), reader.Snapshot():
            sql.constraints_immediate()
            for name in LOADED:
                entity = spec(name)
                if name == "orders":
                    self._load_orders(entity)
                else:
                    for batch in self._batches(entity):
                        self._load(entity, batch)

    def _load_orders(self, entity: Spec) -> None:
        table = entity.target._meta.db_table
        column = str(entity.fields["doctor"].column)
        constraints = sql_repairs.foreign_keys(table, [column])
        for name in constraints:
            sql_repairs.drop_constraint(table, name)
        left = round(ORDERS * self.scale)
        for batch in self._batches(entity):
            batch = batch.at(range(min(left, len(batch))))
            left -= len(batch)
            self._misdirect(batch)
            self._load(entity, batch)
        for name, definition in constraints.items():
            sql_repairs.add_constraint(table, name, f"{definition.removesuffix(' NOT VALID')} NOT VALID")

    def _misdirect(self, batch: Batch) -> None:
        """The oldest orders, which are most of them, get the profile of their doctor for a doctor."""
        users = batch.source["patient__doctor_id"]
        wrong = min(round(MISDIRECTED * self.scale) - self.wrong, len(batch))
        batch.values["doctor"][:wrong] = [self.known["profiles"][str(user)] for user in users[:wrong]]
        self.wrong += wrong

    def _batches(self, entity: Spec) -> Iterator[Batch]:
        """Rows that our own declaration takes without a word, page by page."""
        where = LOADED[entity.name]
        scope = entity.where if where is None else where if entity.where is None else entity.where & where
        selection = reader.Selection(entity.source, entity.paths, scope, entity.annotate)
        for page in reader.pages(selection, PAGE):
            batch, _ = read(entity, page.rows, settings.UUID_NAMESPACE)
            batch, _ = transform(entity, batch)
            batch, _ = resolve(entity, batch, self._find)
            odd = {row.legacy_id for row in batch.resolved} | {row.legacy_id for row in batch.pending}
            # Without its natural key a row could not be told from another, and would come twice.
            keys = zip(*(batch.values[name] for name in entity.match), strict=True)
            plain = [one not in odd and None not in key for one, key in zip(batch.ids, keys, strict=True)]
            yield batch.at([position for position, taken in enumerate(plain) if taken])

    def _load(self, entity: Spec, batch: Batch) -> None:
        batch.target_ids = [self._uuid(entity.name, legacy_id) for legacy_id in batch.ids]
        loaded, _ = load(entity, batch)
        self.known[entity.name].update(zip(loaded.ids, loaded.target_ids, strict=True))

    def _find(self, entity: str, keys: Collection[str]) -> Mapping[str, str]:
        return self.known[entity]

    def _uuid(self, entity: str, legacy_id: str) -> str:
        """Random-looking (version 4), and the same for the same seed."""
        digest = hashlib.blake2b(f"{self.seed}:{entity}:{legacy_id}".encode(), digest_size=16).digest()
        return str(UUID(bytes=digest, version=4))
