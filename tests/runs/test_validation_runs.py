"""A validation as a part of a run: what it counts, which state it ends in, and what depends on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from catalog.models import MigrationScript
from catalog.work import named, needs, reads
from legacy import models as legacy
from runs import services
from runs.engine import loop
from runs.errors import Refused, UsageError
from runs.inventory import Status, progress
from runs.management.base import exit_code
from runs.models import FAILING, Finding, Run
from runs.states import State
from tests.runs.conftest import CORE, Insert, offer
from tests.runs.repairs import NAME as REPAIR
from tests.runs.validations import change, execute

pytestmark = pytest.mark.usefixtures("people")

NAME = "validate_offers_discounts"
PARENTS = (*CORE, "products", "offers", "discounts")
Runner = Callable[..., Run]


@pytest.fixture
def offers(insert: Insert) -> None:
    insert(legacy.Product, *({"id": n, "name": f"Aligner {n}", "course_id": 1, "type": 1} for n in (1, 2)))
    insert(legacy.Offer, *(offer(n) for n in range(1, 6)))
    insert(legacy.Discount, *({"id": n, "offer_id": n, "percent": 10} for n in (1, 2)))


def script() -> Any:
    return progress([MigrationScript.objects.get(number=42)])[0]


def test_it_is_chosen_by_its_script_and_comes_last():
    assert [one.name for one in services.chosen(scripts=[42])] == [NAME]
    assert [one.name for one in services.chosen(everything=True)[-2:]] == [REPAIR, NAME]
    assert [one.name for one in services.chosen([NAME, REPAIR, "offers"])] == ["offers", REPAIR, NAME]


def test_it_needs_and_reads_what_it_compares():
    assert [one.name for one in needs(named(NAME))] == ["offers", "discounts"]
    assert [one.source for one in reads(named(NAME))] == [legacy.Offer, legacy.Discount]


def test_right_rows_succeed(offers: None, run_entities: Runner):
    assert script().status == Status.NOT_STARTED
    run = run_entities(*PARENTS, NAME)
    part = run.entity_runs.get(entity=NAME)
    assert (run.state, part.state, part.problem) == (State.SUCCEEDED, State.SUCCEEDED, "")
    assert (part.total, part.in_scope, part.read, part.unchanged, part.failed, part.balance) == (7, 7, 7, 7, 0, 0)
    assert (part.summary["findings"], part.summary["severities"]) == ([], {})
    assert part.summary["compared"]["offers values"] == 5
    assert (script().status, script().tally, script().entities) == (Status.COMPLETE, None, [NAME])


def test_wrong_rows_do_not(offers: None, run_entities: Runner, capsys: pytest.CaptureFixture[str]):
    run_entities(*PARENTS)
    execute("UPDATE discounts SET percent = 99")
    change("offers", 3, "price_both = price_both + 0.01")
    run = run_entities(NAME)
    part = run.entity_runs.get()
    assert (part.state, exit_code(run)) == (State.COMPLETED_WITH_FAILURES, 2)
    wrong = [f for f in part.summary["findings"] if f["severity"] in FAILING]
    assert part.problem == f"The two sides differ: {len(wrong)} findings of severity error or above."
    assert (part.read, part.unchanged, part.balance) == (7, 7, 0)
    assert {
        ("discounts", "different", run.pk, part.pk),
        ("offers", "different", run.pk, part.pk),
        ("offers", "sum", run.pk, part.pk),
    } <= {(f.entity, f.code, f.run_id, f.entity_run_id) for f in Finding.objects.all()}
    assert script().status == Status.VALIDATION_FAILED
    with pytest.raises(SystemExit):
        call_command("migrate_entity", "--script", "42", "--no-progress")
    out = capsys.readouterr().out
    assert f"{NAME}: completed with failures. The two sides differ" in out
    assert "2 error  discounts.percent: These rows hold in percent something else" in out


def test_put_right_it_succeeds_and_the_findings_are_fixed(offers: None, run_entities: Runner):
    run_entities(*PARENTS)
    execute("UPDATE discounts SET percent = 99")
    run_entities(NAME)
    execute("UPDATE discounts SET percent = 10")
    assert run_entities(NAME).state == State.SUCCEEDED
    assert set(Finding.objects.values_list("state", flat=True)) == {"fixed"}
    assert script().status == Status.COMPLETE


def test_what_is_inherited_does_not_fail_it(offers: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, offer(9, doctor_id=777))
    insert(legacy.Discount, {"id": 9, "offer_id": 888, "percent": 10})
    run = run_entities(*PARENTS, NAME)
    part = run.entity_runs.get(entity=NAME)
    assert (part.state, part.summary["severities"]) == (State.SUCCEEDED, {"info": 1})
    assert (Finding.objects.get().code, script().status) == ("dangling", Status.COMPLETE)


def test_a_dry_run_compares_its_own_rows_and_keeps_no_finding(offers: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, offer(9, doctor_id=777))
    run = run_entities(*PARENTS, NAME, dry_run=True)
    part = run.entity_runs.get(entity=NAME)
    assert (part.state, part.read, part.summary["severities"]) == (State.SUCCEEDED, 8, {"info": 1})
    assert not Finding.objects.exists()


def test_after_a_limited_run_rows_are_to_come(offers: None, run_entities: Runner):
    run = run_entities(*PARENTS, NAME, limit=2)
    part = run.entity_runs.get(entity=NAME)
    assert part.state == State.SUCCEEDED
    assert [(f["code"], f["rows"]) for f in part.summary["findings"]] == [("to_come", 3)]


def test_it_waits_for_what_it_compares(offers: None, run_entities: Runner, monkeypatch: pytest.MonkeyPatch):
    run_entities(*CORE, "products")
    with monkeypatch.context() as broken:
        broken.setattr(loop, "load", lambda *args: 1 / 0)
        run = run_entities("offers", "discounts", NAME)
    part = run.entity_runs.get(entity=NAME)
    assert (part.state, run.state) == (State.BLOCKED, State.BROKEN)
    services.execute(services.resume(run.pk))
    part.refresh_from_db()
    assert (part.state, part.read) == (State.SUCCEEDED, 7)


def test_it_cannot_start_before_them(committed: None):
    with pytest.raises(Refused, match=f"{NAME} refers to offers, of which nothing has been migrated"):
        services.start(services.chosen([NAME]), services.Options())


def test_chosen_ids_are_refused():
    with pytest.raises(UsageError, match="compares whole tables"):
        services.start(services.chosen([NAME]), services.Options(ids=("1",)))


def test_there_is_nothing_to_take_back(offers: None, run_entities: Runner):
    run_entities(*PARENTS)
    run = run_entities(NAME)
    with pytest.raises(UsageError, match="A validation changes nothing"):
        services.undo_plan(services.Undo(run=run.pk))


def test_it_has_a_place_in_the_plan_and_no_rows_of_its_own(offers: None, run_entities: Runner, capsys: Any):
    call_command("migration_plan", "--json")
    last = json.loads(capsys.readouterr().out)[-1]
    assert (last["entity"], last["script"], last["parents"]) == (NAME, 42, ["discounts", "offers"])
    assert last["source"] == "dispatch_offer, dispatch_discount"
    assert services.status(services.chosen([NAME]))["entities"] == []
