"""Reports: every figure is that of plain SQL, one formula makes every rate, and a filed copy shows what was altered."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from openpyxl import load_workbook

from legacy import models as legacy
from runs import services
from runs.errors import UsageError
from runs.ledger.models import Correction, FailedRecord, PendingReference, Resolution
from runs.models import Finding, Run, Severity
from runs.reporting.figures import Report
from runs.reporting.formats import FORMATS
from runs.reporting.formats.workbook import as_value
from runs.reporting.rates import rate, success
from runs.reporting.sections import sections
from tests.runs.conftest import CORE, Insert, order

WORK = (*CORE, "products", "offers", "orders", "repair_order_doctors")
Runner = Callable[..., Run]
Figures = dict[str, Any]
SECRET = "Marchetti"


@pytest.fixture
def migrated(people: None, insert: Insert, run_entities: Runner) -> Run:
    """Two offers; five orders: two arrive (one without its course), three fail for their patients and their status."""
    insert(legacy.Product, {"id": 1, "name": "Aligner 1", "course_id": 1, "type": 1})
    prices = {"doctor_id": 7, "product_id": 1, "price_both": "10.00", "price_upper": "5.25", "price_lower": "4.75"}
    insert(legacy.Offer, {"id": 1, **prices}, {"id": 2, **prices})
    insert(legacy.Patient, {"id": 6, "user_id": 888, "status": 4})
    bad = ({"patient_id": 666}, {"patient_id": 6}, {"status": 3})
    insert(
        legacy.Instruction,
        order(1, price="1234.56"),
        order(2, course_id=55),
        *(order(number, **wrong) for number, wrong in enumerate(bad, 3)),
    )
    return run_entities(*WORK)


def figures(**scope: Any) -> Figures:
    return services.report(**scope).figures


def line(found: Figures, entity: str) -> Figures:
    (one,) = [one for one in found["entities"] if one["entity"] == entity]
    return one


def sql(statement: str, alias: str = "target") -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def execute(statement: str) -> None:
    with connections["target"].cursor() as cursor:
        cursor.execute(statement)


# Figures -----------------------------------------------------------------------------------------------------


def test_every_figure_is_that_of_plain_sql(migrated: Run):
    found = figures()
    orders = line(found, "orders")
    assert orders["whole"] == sql("SELECT count(*) FROM dispatch_instruction", "legacy") == 5
    assert orders["terms"]["arrived"] == sql("SELECT count(*) FROM orders") == 2
    assert (
        orders["terms"]["failed"] == sql("SELECT count(*) FROM migration_failed_records WHERE entity = 'orders'") == 3
    )
    assert sum(orders["terms"].values()) == orders["whole"]
    assert orders["success"] == {"part": 2, "whole": 5, "percent": "40.00"}

    (amount,) = [one for one in found["money"] if one["entity"] == "orders"]
    assert amount["in_scope"] == str(sql("SELECT sum(price) FROM dispatch_instruction", "legacy")) == "1274.56"
    assert amount["target"] == amount["arrived"] == str(sql("SELECT sum(amount) FROM orders")) == "1244.56"
    assert (amount["difference"], amount["behind"]) == ("0.00", "30.00")

    references = {f"{one['entity']}.{one['field']}": one for one in found["references"]}
    course, patient = references["orders.course"], references["orders.patient"]
    assert course["resolved"]["part"] == sql("SELECT count(course_id) FROM orders")
    assert course["resolved"] == {"part": 1, "whole": 2, "percent": "50.00"}
    assert (course["nulled"], course["pending"], course["failed"], course["broken"]) == (1, 0, 0, 1)
    assert (patient["failed"], patient["broken"]) == (2, 1)

    failures = [one for one in found["failures"] if one["entity"] == "orders"]
    assert [(one["field"], one["rows"], one["inherited"]) for one in failures] == [
        ("patient", 2, 1),
        ("status", 1, None),
    ]
    assert failures[0]["share"]["whole"] == sql("SELECT count(*) FROM migration_failed_records WHERE state = 'open'")
    assert found["progress"][-1]["rows"] == sql("SELECT count(*) FROM migration_mappings")
    assert found["surroundings"]["here"]["legacy_schema"] == migrated.environment["legacy_schema"]


def test_money_is_exact_and_added_nowhere(migrated: Run):
    execute("UPDATE orders SET amount = amount - 0.01 WHERE course_id IS NULL")
    report = services.report()
    (amount,) = [one for one in report.figures["money"] if one["entity"] == "orders"]
    assert amount["difference"] == "-0.01"
    assert {one["field"] for one in report.figures["money"] if one["entity"] == "offers"} == {
        *("price_both", "price_lower", "price_upper")
    }
    (section,) = [one for one in sections(report.figures) if one.key == "money"]
    assert section.sums == 0 and len(section.rows) == len(report.figures["money"])
    assert "Nothing is added across columns or tables" in section.notes[0]


def test_a_domain_and_a_run_tell_of_their_own(migrated: Run, run_entities: Runner):
    clinical = figures(domain="clinical")
    assert {one["domain"] for one in clinical["entities"]} == {"clinical"}
    assert clinical["total"]["whole"] == sum(one["whole"] for one in clinical["entities"])
    assert [one["entity"] for one in clinical["repairs"]] == ["repair_order_doctors"]
    assert "offers" not in {one["entity"] for one in clinical["money"]}

    found = figures(run=migrated.pk)
    orders = line(found, "orders")
    assert (orders["terms"]["created"], orders["terms"]["failed"]) == (2, 3)
    assert sum(orders["terms"].values()) == orders["whole"] == 5
    assert found["surroundings"]["at_run"] == migrated.environment

    again = figures(run=run_entities("orders").pk)
    assert line(again, "orders")["terms"]["unchanged"] == 2
    assert {event["run"] for event in again["events"]} == {again["scope"]["run"]}
    assert sum(one["rows"] for one in again["failures"]) == 3


def test_waiting_and_dismissed_rows_are_no_successes(migrated: Run):
    page = sql("SELECT page_id FROM migration_mappings WHERE entity = 'orders' AND legacy_id = '1'")
    for field in ("office", "doctor"):
        PendingReference.objects.create(
            entity="orders", legacy_id="1", field=field, parent_entity="offices", parent_legacy_id="x", page_id=page
        )
    FailedRecord.objects.filter(entity="orders", code="unmapped_code").update(state="dismissed")
    found = figures()
    orders = line(found, "orders")
    assert orders["terms"] == {"arrived": 2, "failed": 2, "dismissed": 1, "not yet": 0}
    assert (orders["waiting"], orders["success"]) == (1, {"part": 1, "whole": 5, "percent": "20.00"})
    assert line(figures(run=migrated.pk), "orders")["success"] == orders["success"]
    assert found["dismissed"] == [{"entity": "orders", "field": "status", "cause": "Unknown code", "rows": 1}]
    (office,) = [one for one in found["references"] if (one["entity"], one["field"]) == ("orders", "office")]
    assert (office["pending"], office["broken"]) == (1, 1)


def test_one_formula_rounds_up_to_100_only_what_is_complete():
    assert rate(2, 3)["percent"] == "66.67"
    assert rate(99_999, 100_000)["percent"] == "99.99"
    assert rate(0, 0) == {"part": 0, "whole": 0, "percent": None}
    assert success(10, 1, 10) == {"part": 9, "whole": 10, "percent": "90.00"}


# Files -------------------------------------------------------------------------------------------------------


def test_files_carry_the_digest_and_no_legacy_value_and_can_be_checked(migrated: Run):
    correction = {"field": "status", "path": "status", "old": SECRET, "new": SECRET, "reason": "R", "author": "ada"}
    Correction.objects.create(entity="orders", legacy_id="5", **correction)
    FailedRecord.objects.filter(code="unmapped_code").update(source={"notes": SECRET})
    settled = {"rule": "set_null: not_email", "old": SECRET, "new": SECRET, "run": migrated.pk}
    page = sql("SELECT page_id FROM migration_mappings WHERE entity = 'profiles' AND legacy_id = '7'")
    Resolution.objects.create(entity="profiles", legacy_id="7", field="email", page_id=page, **settled)
    facts = {"check_name": "values", "entity": "orders", "message": "Something.", "rows": 2, "origin": "introduced"}
    Finding.objects.create(code="different", severity=Severity.ERROR, **facts)
    Finding.objects.create(code="old", severity=Severity.CRITICAL, state=Finding.State.FIXED, **facts)
    Run.objects.update(note="=HYPERLINK(1)</script><script>alert(1)</script>")

    report = services.report()
    assert services.report().digest == report.digest
    assert [one["code"] for one in report.figures["findings"]["list"]] == ["different"]
    for name, form in FORMATS.items():
        text = text_of(name, form.write(report))
        assert report.digest in text, name
        assert SECRET not in text, name
    rows = list(csv.reader(io.StringIO(FORMATS["csv"].write(report).decode("utf-8-sig"))))
    assert next(row[3] for row in rows if row[::2] == ["runs", "note"]).startswith("'=HYPERLINK(1)")
    assert "<script>alert" not in FORMATS["html"].write(report).decode()
    check_workbook(report)
    for name in ("html", "json"):
        check_copies(report, FORMATS[name].write(report).decode())


def check_workbook(report: Report) -> None:
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].write(report)))
    assert book.properties.identifier == report.digest
    rows = {row[1].value: row for row in book["Money on both sides"].iter_rows(min_row=2) if row[1].value}
    assert (rows["orders.amount"][2].value, rows["orders.amount"][5].value) == (2, 1244.56)
    assert rows["orders.amount"][5].data_type == "n"
    assert book["Runs"]["J2"].value.startswith("'=HYPERLINK(1)")


def check_copies(report: Report, content: str) -> None:
    """A copy is what it was until somebody alters it: the figures, or what is shown of them."""
    verdict = services.check_report(content.encode())
    assert (verdict.title, verdict.digest, verdict.problem) == ("The whole migration", report.digest, "")
    altered = content.replace("1274.56", "1274.57")
    assert altered != content
    assert "The figures were altered" in services.check_report(altered.encode()).problem
    if "1,274.56" in content:
        verdict = services.check_report(content.replace("1,274.56", "1,274.57").encode())
        assert verdict.digest == report.digest
        assert "as they were" in verdict.problem


def text_of(name: str, content: bytes) -> str:
    if name == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.read(one).decode() for one in book.namelist())
    return content.decode("latin-1" if name == "pdf" else "utf-8")


def test_an_amount_with_more_digits_than_a_cell_holds_stays_exact():
    assert as_value(Decimal("12345678901234567.89")) == "12345678901234567.89"
    assert as_value(Decimal("1234.56")) == Decimal("1234.56")


@pytest.mark.parametrize("content", [b"%PDF-1.4 \xff\xfe", b"<html></html>", b"{}", b"[1]", b'{"figures": 1}'])
def test_what_is_no_report_cannot_be_checked(content: bytes):
    with pytest.raises(UsageError, match="This is no report"):
        services.check_report(content)


# The command -------------------------------------------------------------------------------------------------


def test_the_command_writes_files_and_checks_them(migrated: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "report.html"
    call_command("migration_report", "--output", str(file))
    assert capsys.readouterr().out.startswith(f"Wrote {file}. SHA-256 of its figures: ")
    call_command("migration_report", "--check", str(file))
    assert "The file is as it was made" in capsys.readouterr().out
    file.write_text(file.read_text().replace("1274.56", "1274.57"))
    with pytest.raises(SystemExit) as stop:
        call_command("migration_report", "--check", str(file))
    assert stop.value.code == 2
    pdf = tmp_path / "report.pdf"
    call_command("migration_report", "--run", str(migrated.pk), "--output", str(pdf))
    assert pdf.read_bytes().startswith(b"%PDF-")
    capsys.readouterr()
    call_command("migration_report", "--format", "json")
    assert json.loads(capsys.readouterr().out)["figures"]["total"]["entities"] > 60


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--run", "4711"], "There is no run 4711"),
        (["--domain", "astrology"], "There is no domain 'astrology'. Domains: business, clinical"),
        (["--run", "1", "--domain", "clinical"], "name one of them"),
        (["--format", "pdf"], "say where with --output FILE"),
        (["--output", "report.doc"], "There is no format 'doc'"),
        (["--check", "/no/such/file"], "cannot be read"),
    ],
)
@pytest.mark.django_db
def test_the_command_says_what_is_wrong(arguments: list[str], message: str):
    with pytest.raises(CommandError, match=message):
        call_command("migration_report", *arguments)


@pytest.mark.django_db
def test_there_is_no_report_about_a_dry_run():
    run = Run.objects.create(requested_by="ada", dry_run=True)
    with pytest.raises(CommandError, match="was a dry run"):
        call_command("migration_report", "--run", str(run.pk))
