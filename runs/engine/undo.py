"""Taking back what a repair changed: its before-images, page by page in reverse, one page one transaction.

The values to restore are those that a foreign key forbids: they were in the table before the constraint was added,
and a constraint that is NOT VALID spares the old rows only, not a new write of what they held. So each transaction
drops the constraint, restores, and adds it again under its name, with the definition that it had before the repair,
NOT VALID. No other session ever sees the table without it, and both of its tables are locked for one page's time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog.repair import RepairSpec
from runs import sql, sql_repairs
from runs.ledger.models import Page

#: Seconds that a page waits for the tables. Whoever comes after us has to wait as long.
PATIENCE = 10


def undo(spec: RepairSpec, entity_run: UUID, constraints: Mapping[str, str], overwrite: bool) -> None:
    """Restores what the entity run changed. `constraints`: those that were NOT VALID before it, with definitions.

    Rows that were edited since stay as they are, unless `overwrite` is set. Kill it at any moment: the next call goes
    on at the page that was not committed.
    """
    columns = [field.column for field in spec.foreign_keys.values()]
    for page in Page.objects.filter(entity_run=entity_run, undone_at=None).order_by("-number"):
        with transaction.atomic(using=sql.ALIAS):
            if page.updated:
                with _suspended(spec.table, constraints):
                    sql_repairs.restore_page(page.pk, spec.table, columns, overwrite)
            page.undone_at = timezone.now()
            page.save(update_fields=["undone_at"])
    with transaction.atomic(using=sql.ALIAS):
        # A repair that found nothing to change may have validated the constraint all the same.
        if sql_repairs.not_valid(spec.table, columns) != constraints:
            with _suspended(spec.table, constraints):
                pass
        sql_repairs.undo_failures(entity_run)


@contextmanager
def _suspended(table: str, constraints: Mapping[str, str]) -> Iterator[None]:
    """Within this transaction the table does without these constraints; afterwards it has them as they were defined."""
    # A table with checks that are still to come cannot be altered.
    sql.constraints_immediate()
    sql_repairs.wait_for_locks(PATIENCE)
    for name in constraints:
        sql_repairs.drop_constraint(table, name)
    yield
    for name, definition in constraints.items():
        sql_repairs.add_constraint(table, name, definition)
