"""What people decide about findings, and what becomes of it when the finding is found again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from runs import findings, services
from runs.actors import Actor, acting
from runs.errors import UsageError
from runs.findings import Checked, Found, Kind
from runs.models import Finding, Severity

pytestmark = pytest.mark.django_db

KIND = Kind("wrong", Severity.ERROR, "These rows are wrong.")
S = Finding.State


def find(rows: int = 2) -> Finding:
    findings.keep("orders", ["values"], [Checked("orders", "values", Found(KIND, rows=rows))])
    return Finding.objects.get()


def state(rows: int = 2) -> str:
    return find(rows).state


def today(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


def test_an_acknowledged_finding_stays_so_and_says_who_and_why():
    with acting(Actor("ada", "admin")):
        assert services.acknowledge([find().pk], " Known since May. ") == 1
    kept = find()
    assert (kept.state, kept.handled_by, kept.reason) == (S.ACKNOWLEDGED, "ada", "Known since May.")


def test_one_that_has_grown_is_open_again():
    services.acknowledge([find(2).pk], "Two rows are known.")
    assert state(rows=1) == S.ACKNOWLEDGED
    assert state(rows=3) == S.OPEN


def test_a_waiver_ends_with_its_day():
    services.waive([find().pk], "Until the clinic has answered.", today())
    assert state() == S.WAIVED
    Finding.objects.update(waived_until=today(-1))
    assert state() == S.OPEN


def test_a_waiver_that_is_over_cannot_be_given():
    with pytest.raises(UsageError, match="choose a day to come"):
        services.waive([find().pk], "Too late.", today(-1))


@pytest.mark.parametrize("decide", [services.acknowledge, services.reopen_findings])
def test_a_reason_is_needed(decide):
    with pytest.raises(UsageError, match="reason"):
        decide([find().pk], "  ")


def test_what_is_fixed_stays_so_and_comes_back_open():
    key = find().pk
    findings.keep("orders", ["values"], [])
    assert services.acknowledge([key], "Too late.") == 0
    assert Finding.objects.get().state == S.FIXED
    assert state() == S.OPEN


def test_a_waived_finding_does_not_fail_a_validation_and_an_acknowledged_one_does():
    (kept,) = findings.keep("orders", ["values"], [Checked("orders", "values", Found(KIND, rows=1))])
    assert findings.failing([kept]) == 1
    key = Finding.objects.get().pk
    for decide, failing in (
        (lambda: services.acknowledge([key], "Known."), 1),
        (lambda: services.waive([key], "Later.", today()), 0),
    ):
        decide()
        (kept,) = findings.keep("orders", ["values"], [Checked("orders", "values", Found(KIND, rows=1))])
        assert findings.failing([kept]) == failing
