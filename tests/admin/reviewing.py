"""Failures of the real engine to be reviewed, and a colleague for each permission."""

from typing import Any

from django.test import Client

from legacy import models as legacy
from runs.ledger.models import FailedRecord
from runs.states import State
from tests.admin.conftest import client_of, staff
from tests.runs.conftest import CORE, order

#: Typed into the legacy rows: it must not be seen by anybody without the permission.
SECRET = "Planted-Secret-Marchetti"
VIEW = tuple(
    f"ledger.view_{model}"
    for model in (
        *("failedrecord", "correction", "pendingreference", "resolution", "beforeimage", "removedrow"),
        *("mapping", "page", "failedattempt"),
    )
)
OPERATE, BULK, SEE = "runs.operate_run", "runs.dismiss_in_bulk", "runs.view_legacy_values"


def unknown_codes(insert: Any, run_entities: Any) -> FailedRecord:
    """Orders 41 to 43 with status 3, of which nobody knows what it means, 44 with status 9; all with a secret."""
    rows = [order(number, status=3, notes=SECRET) for number in (41, 42, 43)]
    insert(legacy.Instruction, *rows, order(44, status=9, notes=SECRET))
    assert run_entities(*CORE, "orders").state == State.COMPLETED_WITH_FAILURES
    return FailedRecord.objects.get(legacy_id="41")


def colleague(name: str, *permissions: str) -> Client:
    """Somebody who may look at the review, and has these permissions beside."""
    return client_of(staff(name, "runs.view_run", *VIEW, *permissions))
