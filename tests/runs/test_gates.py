"""Between two phases of a run nobody goes on over a critical finding, unless somebody says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from legacy import models as legacy
from runs import services
from runs.execution import Watch
from runs.models import EntityRun, Finding, Run
from runs.states import State
from tests.runs.conftest import CORE, Insert, order

pytestmark = pytest.mark.usefixtures("people", "committed")


class Vandal(Watch):
    """Deletes a patient behind our back as soon as one has been loaded."""

    def page_committed(self, entity_run: EntityRun, page: Any) -> None:
        if entity_run.entity == "patients":
            with connections["target"].cursor() as cursor:
                cursor.execute("DELETE FROM patients")


@pytest.fixture
def begin(insert: Insert) -> Callable[..., Run]:
    def begin(**options: Any) -> Run:
        insert(legacy.Instruction, order(41))
        return services.start(services.chosen([*CORE, "orders"]), services.Options(**options))

    return begin


def test_a_critical_finding_stops_the_next_phase_and_says_so(begin: Callable[..., Run]):
    run = services.execute(begin(), Vandal())
    assert run.state == State.PAUSED
    assert "gate before orders" in run.problem and "patients, 1 rows" in run.problem
    assert run.entity_runs.get(entity="patients").state == State.SUCCEEDED
    assert run.entity_runs.get(entity="orders").created == 0
    assert Finding.objects.get(entity="patients", check_name="accounting", code="row_gone").run_id == run.pk


def test_it_stays_stopped_until_somebody_acknowledges_the_finding(begin: Callable[..., Run]):
    run = services.execute(begin(), Vandal())
    assert services.execute(services.resume(run.pk)).state == State.PAUSED
    services.acknowledge([Finding.objects.get(code="row_gone").pk], "Deleted on purpose.")
    assert services.execute(services.resume(run.pk)).state == State.COMPLETED_WITH_FAILURES


def test_a_gate_that_is_off_stops_nothing(begin: Callable[..., Run]):
    assert services.execute(begin(gate="off"), Vandal()).state == State.COMPLETED_WITH_FAILURES
    assert not Finding.objects.exists()


def test_a_sound_run_passes(begin: Callable[..., Run]):
    assert services.execute(begin()).state == State.SUCCEEDED
    assert not Finding.objects.filter(severity="critical").exists()
