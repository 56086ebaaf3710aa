"""The document of results: every figure is that of plain SQL, and denominators stand beside the rates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from catalog.registry import specs
from legacy import models as legacy
from runs.management.results_document import document
from runs.models import Run
from runs.results import collect
from tests.runs.conftest import CORE, Insert, offer, order
from tests.runs.repairs import NAME as REPAIR
from tests.runs.validations import change

pytestmark = pytest.mark.usefixtures("people")

PARENTS = (*CORE, "products", "offers", "discounts", "orders", REPAIR, "validate_offers_discounts")
Runner = Callable[..., Run]


@pytest.fixture
def migrated(insert: Insert, run_entities: Runner) -> Run:
    """Four offers, one without its product; three discounts, one of no offer; five orders, of which three fail."""
    insert(legacy.Product, {"id": 1, "name": "Aligner 1", "course_id": 1, "type": 1})
    insert(legacy.Offer, *(offer(n, product_id=1) for n in (1, 2, 3)), offer(4, product_id=777, price_upper="0.99"))
    insert(
        legacy.Discount, *({"id": n, "offer_id": offer_id, "percent": 10} for n, offer_id in ((1, 1), (2, 2), (3, 999)))
    )
    insert(legacy.Patient, {"id": 6, "user_id": 888, "status": 4})
    bad = ({"patient_id": 666}, {"patient_id": 6}, {"status": 3})
    insert(
        legacy.Instruction,
        order(1, price="1234.56"),
        order(2, course_id=55),
        *(order(n, **b) for n, b in enumerate(bad, 3)),
    )
    return run_entities(*PARENTS)


def text() -> str:
    return document(collect())


def cells(place: str, *, among: str = "") -> list[str]:
    """The cells of the only row that begins with this cell, in the section of this heading."""
    section = text().partition(f"## {among}\n")[2].partition("\n## ")[0] if among else text()
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in section.splitlines() if line.startswith("|")
    ]
    (found,) = [row for row in rows if place in row[:2]]
    return found


def sql(statement: str) -> Any:
    with connections["target"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_a_script_stands_beside_what_was_recorded(migrated: Run):
    assert cells("Orders", among="Scripts") == [
        *("5", "Orders", "complete with failures", "23,050 of 23,272", "99.05 %"),
        *("2 of 5", "40.00 %", "−59.05", "3", "1"),
    ]
    assert cells("Offers", among="Scripts")[3:] == ["393 of 788", "49.87 %", "4 of 4", "100.00 %", "+50.13", "0", "1"]
    assert cells("Discounts", among="Scripts")[5:9] == ["2 of 3", "66.67 %", "−22.73", "1"]
    assert cells("Payments", among="Scripts")[2:] == ["not started", *["–"] * 7]
    assert cells("Validation of offers and discounts", among="Scripts")[2] == "complete"


def test_an_entity_has_its_rate_with_its_denominator_and_its_time(migrated: Run):
    name, domain, script, rows, rate, failed, unresolved, seconds, speed = cells("orders", among="Entities")
    assert (name, domain, script, rows, rate) == ("orders", "clinical", "5", "2 of 5", "40.00 %")
    assert (failed, unresolved) == ("3", "1")
    assert int(rows.split()[0]) == sql("SELECT count(*) FROM orders")
    assert float(seconds) >= 0 and int(speed.replace(",", "")) > 0


def test_waiting_references_count_as_unresolved(migrated: Run):
    with connections["target"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO migration_pending_references"
            " (entity, legacy_id, field, parent_entity, parent_legacy_id, page_id, since)"
            " SELECT 'orders', '2', 'office', 'offices', '77', page_id, now() FROM migration_mappings LIMIT 1"
        )
    assert cells("orders", among="Entities")[6] == "2"


def test_every_cause_has_its_number_and_a_remedy(migrated: Run):
    assert sql("SELECT count(*) FROM migration_failed_records WHERE state = 'open'") == 5
    assert "- Open failed records: 5 for 4 causes." in text()
    parents = cells("orders.patient", among="What failed, and what helps")
    assert parents == [
        *("2", "orders.patient", "Parent missing", "`resolve/missing_parent`"),
        "1 not in the legacy database either, 1 failed or out of scope",
    ]
    assert cells("discounts.offer")[4] == "1 not in the legacy database either"
    assert cells("orders.status")[2:] == ["Unknown code", "`transform/unmapped_code`", ""]
    assert "- **Unknown code** (1 row). Find out what the code means and extend the declaration" in text()
    assert "- **Parent missing** (4 rows). Look up the parent's failed record" in text()


def test_policies_are_counted(migrated: Run):
    assert cells("orders.course") == ["1", "orders.course", "set null: missing parent"]
    assert sql("SELECT count(*) FROM migration_resolutions") == 2


def test_money_is_exact_on_both_sides(migrated: Run):
    total = sql("SELECT sum(amount) FROM orders")
    assert cells("dispatch_instruction.price") == [
        *("dispatch_instruction.price", "orders.amount", "2", f"{total:,.2f}", "1,244.56", "0.00")
    ]
    assert cells("dispatch_offer.price_upper")[2:] == ["4", "0.99", "0.99", "0.00"]
    change("orders", 1, "amount = amount - 0.01")
    assert cells("dispatch_instruction.price")[3:] == ["1,244.56", "1,244.55", "−0.01"]


def test_every_money_column_of_every_entity_is_there(migrated: Run):
    from catalog.columns import money_columns

    columns = {f"{spec.target._meta.db_table}.{name}" for spec in specs() for name in money_columns(spec)}
    assert len(columns) >= 14
    assert {one for one in columns if f"| {one} |" in text()} == columns


def test_the_size_of_the_legacy_database(migrated: Run):
    assert cells("dispatch_instruction", among="The legacy database") == ["dispatch_instruction", "5"]
    tables = len(collect().tables)
    assert f"- Legacy database: {sum(collect().tables.values()):,} rows in {tables} tables." in text()


def test_the_run_and_its_surroundings_without_names_of_places(migrated: Run):
    read = sum(e.read for e in migrated.entity_runs.all())
    assert (
        f"- Run {migrated.pk} of {migrated.started_at:%Y-%m-%d}, completed with failures: {read:,} legacy rows read"
        in text()
    )
    surroundings = text().partition("## Environment")[2]
    assert "PostgreSQL of the target: 1" in surroundings
    place = connections["target"].settings_dict
    assert str(place["HOST"]) not in text() and str(place["NAME"]) not in text()


def test_findings_are_told(migrated: Run, run_entities: Runner):
    assert "Open findings of all validations so far: 1 info." in text()
    change("offers", 3, "price_both = 0")
    run_entities("validate_offers_discounts")
    assert "validate_offers_discounts (script 42): validation failed, 7 legacy rows compared." in text()
    assert "Open findings of all validations so far: 2 critical, 2 error, 1 info." in text()
    assert "| 1 | error | offers.price_both | These rows hold in price_both something else" in text()


def test_the_newest_run_is_not_the_one_that_did_the_work(migrated: Run, run_entities: Runner):
    again = run_entities("offers")
    assert collect().run == migrated
    assert collect(again.pk).run == again


def test_the_command_writes_a_file(migrated: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "results.md"
    call_command("migration_results", "--output", str(file))
    assert capsys.readouterr().out == f"Wrote {file}.\n"
    call_command("migration_results")
    assert capsys.readouterr().out == file.read_text(encoding="utf-8") == text()
    with pytest.raises(CommandError, match="cannot be written: "):
        call_command("migration_results", "--output", str(tmp_path / "no" / "results.md"))


def test_without_a_run_there_are_no_results(committed: None):
    with pytest.raises(CommandError, match="No run has brought any row yet: migrate first"):
        call_command("migration_results")
    with pytest.raises(CommandError, match="There is no run 4711"):
        call_command("migration_results", "--run", "4711")
