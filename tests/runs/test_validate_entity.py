"""manage.py validate_entity, and validations as runs: what they count, keep and answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.registry import spec
from runs import proving, services, sides
from runs.execution import Watch
from runs.ledger.models import Page
from runs.models import EntityRun, Finding, Run
from runs.sampling import Sample
from runs.states import State
from tests.runs.validations import change, execute, told

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]


def test_the_command_says_what_is_right_and_what_is_wrong(migrated: None, capsys: pytest.CaptureFixture[str]):
    call_command("validate_entity", "offers", "discounts", "--check", "values", "references")
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith("offers") and "12 rows" in first and first.endswith("✓ nothing found")
    assert second.startswith("discounts") and "2 rows" in second
    run = Run.objects.filter(kind=Run.Kind.VALIDATION).get()
    assert last.startswith(f"Validation {run.pk} succeeded: 2 of 2 entities, 14 legacy rows in ")
    assert last.endswith("checks references, values: nothing found.")
    assert [(e.entity, e.in_scope, e.unchanged, e.balance) for e in run.entity_runs.all()] == [
        ("offers", 12, 12, 0),
        ("discounts", 2, 2, 0),
    ]
    change("offers", 3, "price_both = 3.11")
    with pytest.raises(SystemExit) as stopped:
        call_command("validate_entity", "validate_offers_discounts", "--check", "values", "--note", "before cut-over")
    assert stopped.value.code == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("1 error")
    assert "1 error  offers.price_both" in lines[2] and "Legacy ids 3." in lines[2]
    assert lines[3].endswith("checks values: 1 error.")
    assert Run.objects.first().note == "before cut-over"
    Finding.objects.update(state="waived", waived_until="9999-12-31")
    call_command("validate_entity", "--script", "42", "--check", "values")
    assert "Waived: it does not count." in capsys.readouterr().out


def test_the_command_writes_json(migrated: None, capsys: pytest.CaptureFixture[str]):
    change("offers", 3, "price_both = 3.11")
    with pytest.raises(SystemExit):
        call_command("validate_entity", "offers", "--check", "values", "--json")
    data = json.loads(capsys.readouterr().out)
    (finding,), (entity,) = data["findings"], data["entities"]
    assert (finding["check"], finding["code"], finding["rows"], finding["sample"]) == ("values", "different", 1, ["3"])
    assert (data["state"], data["checks"], data["sample"]) == ("completed_with_failures", ["values"], None)
    assert (entity["entity"], entity["read"], entity["compared"]) == ("offers", 12, {"offers values": 12})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["offers", "--check", "vallues"], r"no check vallues\. Checks: accounting, "),
        (["repair_order_doctors"], "no rows of its own"),
        (["offers", "--sample", "0"], "A sample of no rows proves nothing"),
        (["offers", "--seed", "5"], "say how many rows with --sample"),
        (["offers", "--sample", "5", "--check", "accounting"], "compare row by row"),
        ([], "Name at least one entity"),
    ],
)
def test_wrong_usage_is_refused(db: None, arguments: list[str], words: str):
    with pytest.raises(CommandError, match=words) as refused:
        call_command("validate_entity", *arguments)
    assert refused.value.returncode == 1


# Samples -----------------------------------------------------------------------------------------------------------


def test_a_sample_finds_what_is_in_it_and_says_what_it_proves(migrated: None, capsys: pytest.CaptureFixture[str]):
    execute("UPDATE offers SET price_upper = 1, price_lower = 1")
    with pytest.raises(SystemExit) as stopped:
        call_command("validate_entity", "offers", "--sample", "5", "--seed", "7", "--check", "values", "--json")
    assert stopped.value.code == 2
    data = json.loads(capsys.readouterr().out)
    drawn = data["findings"][0]["sample"]
    assert [(f["field"], f["rows"], f["sample"]) for f in data["findings"]] == [
        ("price_lower", 5, drawn),
        ("price_upper", 5, drawn),
    ]
    assert data["proven"] == [{"entity": "offers", "rows": 5, "of": 12, "defects": 5, "confidence": 0.95, "bound": 1.0}]
    (entity,) = data["entities"]
    assert (entity["in_scope"], entity["unchanged"], entity["not_reached"]) == (12, 5, 7)
    assert told("offers", "values", sample=Sample(5, 7))[0][3] == drawn
    assert any(told("offers", "values", sample=Sample(5, seed))[0][3] != drawn for seed in range(5))


def test_a_clean_sample_bounds_the_defects(migrated: None, capsys: pytest.CaptureFixture[str]):
    call_command("validate_entity", "offers", "--sample", "10", "--check", "values", "references")
    assert (
        "0 of 10 sampled rows are defective; with 95% confidence at most 25.8866% of all 12" in capsys.readouterr().out
    )


def test_a_sample_without_a_row_fails_where_there_are_rows(migrated: None):
    execute("DELETE FROM migration_mappings WHERE entity = 'offers'")
    assert told("offers", "values", sample=Sample(5)) == [("empty_sample", "", 0, [])]


def test_nothing_on_both_sides_is_no_failure(migrated: None, legacy_db: Any):
    for table in ("migration_mappings", "migration_pages"):
        execute(f"DELETE FROM {table} WHERE entity = 'discounts'")
    execute("DELETE FROM discounts")
    legacy_db.execute("DELETE FROM dispatch_discount")
    assert told("discounts", "values", "references", sample=Sample(5)) == []
    assert told("discounts", "accounting", "values", "references") == []


# Counts on one side only -------------------------------------------------------------------------------------------


def test_rows_on_one_side_only_fail(migrated: None, legacy_db: Any):
    legacy_db.execute("DELETE FROM dispatch_offer")
    assert ("no_legacy_row", "", 12) in [one[:3] for one in told("offers", "accounting")]
    execute("DELETE FROM discounts")
    assert ("row_gone", "", 2, ["1", "2"]) in told("discounts", "accounting")
    execute("DELETE FROM migration_mappings WHERE entity = 'discounts'")
    assert ("lost", "", 2, ["1", "2"]) in told("discounts", "accounting")


# Stopping and going on ---------------------------------------------------------------------------------------------


class Impatient(Watch):
    """Asks for a state after so many pages."""

    def __init__(self, pages: int, state: State) -> None:
        self.left, self.state = pages, state

    def page_committed(self, entity_run: EntityRun, page: Page) -> None:
        self.left -= 1
        if self.left == 0:
            self.stop = self.state


def test_a_validation_is_paused_and_goes_on_where_it_was(migrated: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sides, "PAGE", 5)
    monkeypatch.setattr(proving, "PACE_S", 0)
    change("offers", 3, "product_id = NULL")
    change("offers", 12, "price_both = 1")
    run = services.start_validation([spec("offers")], ["references", "values"])
    services.execute(run, Impatient(5, State.PAUSED))
    run.refresh_from_db()
    part = run.entity_runs.get()
    assert (run.state, part.state, list(part.summary["done"])) == (State.PAUSED, State.PAUSED, ["offers references"])
    services.execute(services.resume(run.pk))
    part.refresh_from_db()
    assert (part.state, part.read, part.unchanged, part.balance) == (State.COMPLETED_WITH_FAILURES, 12, 12, 0)
    assert [(f["check"], f["sample"]) for f in part.summary["findings"]] == [("references", ["3"]), ("values", ["12"])]


def test_a_worker_whose_time_is_up_ends_its_check(migrated: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sides, "PAGE", 5)
    monkeypatch.setattr(proving, "PACE_S", 0)
    run = services.start_validation([spec("offers")], ["references", "values"])
    services.enqueue(run)
    services.execute(run, Impatient(1, State.QUEUED))
    run.refresh_from_db()
    assert (run.state, list(run.entity_runs.get().summary["done"])) == (State.QUEUED, ["offers references"])


def test_an_entity_is_validated_or_migrated_but_not_both_at_once(migrated: None):
    services.enqueue(services.start_validation([spec("offers")]))
    for command in ("validate_entity", "migrate_entity"):
        with pytest.raises(CommandError, match="waits for a background worker"):
            call_command(command, "offers")
