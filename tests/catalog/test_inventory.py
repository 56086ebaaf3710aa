"""The inventory: what its file says, and what bringing it up to date does and leaves alone."""

import csv
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from catalog import inventory
from catalog.models import DataDomain, MigrationScript
from catalog.registry import specs
from catalog.repair import repairs
from catalog.validation import validations

RECORDED = {row.number: row for row in inventory.recorded()}


def test_the_inventory_has_43_scripts_numbered_without_a_gap():
    assert [row.number for row in inventory.recorded()] == list(range(1, 44))
    assert len({row.fields["file_name"] for row in RECORDED.values()}) == 43


def test_every_entity_belongs_to_a_script_that_migrates():
    assert {spec.script for spec in specs()} <= set(RECORDED)
    kinds = {number: row.fields["kind"] for number, row in RECORDED.items()}
    assert {kinds[spec.script] for spec in specs()} == {"migrate"}


def test_every_script_that_migrates_has_an_entity():
    assert {spec.script for spec in specs()} == {n for n, row in RECORDED.items() if row.fields["kind"] == "migrate"}


def test_every_script_that_repairs_has_a_repair():
    assert {repair.script for repair in repairs()} == {n for n, r in RECORDED.items() if r.fields["kind"] == "repair"}


def test_every_script_that_validates_has_a_validation():
    assert {one.script for one in validations()} == {n for n, r in RECORDED.items() if r.fields["kind"] == "validate"}


@pytest.mark.parametrize(
    ("number", "total", "migrated", "rate"),
    [
        (1, None, 7853, "99.99"),
        (5, 23272, 23050, "99.05"),
        (17, 788, 393, "49.87"),
        (18, 151, 135, "89.40"),
        (20, 7854, 7853, "99.99"),
        (23, 768962, 762604, "99.17"),
        (37, 31, 31, "100.00"),
        (41, None, 20529, None),
    ],
)
def test_recorded_counts_are_those_of_the_specification(number, total, migrated, rate):
    fields = RECORDED[number].fields
    assert (fields["recorded_total"], fields["recorded_migrated"]) == (total, migrated)
    assert fields["recorded_rate"] == (rate and Decimal(rate))


def test_nothing_else_has_recorded_counts():
    with_counts = {n for n, row in RECORDED.items() if row.fields["recorded_migrated"] is not None}
    assert with_counts == {1, 5, 17, 18, 20, 23, 37, 41}


def test_where_both_counts_are_recorded_the_rate_follows_from_them():
    for row in RECORDED.values():
        migrated, total = row.fields["recorded_migrated"], row.fields["recorded_total"]
        if total:
            rate = (Decimal(100 * migrated) / total).quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert rate == row.fields["recorded_rate"], row.number


@pytest.mark.parametrize(("number", "words"), [(1, "cases"), (5, "20,529"), (17, "99 %+"), (19, "$366,002")])
def test_contradictions_of_the_record_are_noted(number, words):
    assert words in RECORDED[number].fields["recorded_note"]


def test_dependencies_are_those_of_the_references():
    needed = inventory.dependencies()
    assert {1, 3, 4} <= needed[5]
    assert needed[18] == {17}
    assert needed[41] == {3, 5}
    assert needed[42] == {17, 18}
    assert 2 not in needed
    assert all(number not in others for number, others in needed.items())


@pytest.mark.django_db
def test_migrating_the_database_fills_the_inventory():
    assert MigrationScript.objects.count() == 43
    assert list(DataDomain.objects.values_list("code", flat=True)) == [
        "clinical",
        "business",
        "communications",
        "technical",
    ]
    orders = MigrationScript.objects.get(number=5)
    assert (orders.category, orders.domain_id, orders.kind) == ("core", "clinical", "migrate")
    assert {1, 3, 4} <= set(orders.depends_on.values_list("number", flat=True))
    repair = MigrationScript.objects.get(number=41)
    assert set(repair.depends_on.values_list("number", flat=True)) == {3, 5}
    assert repair in orders.needed_by.all()


@pytest.mark.django_db
def test_domains_have_the_folders_of_the_declarations():
    assert {spec.domain for spec in specs()} == set(DataDomain.objects.values_list("code", flat=True))


@pytest.mark.django_db
def test_synchronising_again_changes_nothing(capsys):
    before = list(MigrationScript.objects.values())
    call_command("sync_catalog")
    assert capsys.readouterr().out == "Domains and scripts: 0 created, 0 updated, 47 unchanged.\n"
    assert list(MigrationScript.objects.values()) == before


@pytest.mark.django_db
def test_what_differs_is_put_right_and_the_note_stays():
    MigrationScript.objects.filter(number=5).update(title="Ordrs", staff_note="Ask Ann about the rest.")
    DataDomain.objects.filter(code="clinical").update(priority=9)
    MigrationScript.objects.get(number=18).depends_on.clear()
    MigrationScript.objects.get(number=43).delete()
    assert str(inventory.sync()) == "1 created, 3 updated, 43 unchanged"
    orders = MigrationScript.objects.get(number=5)
    assert (orders.title, orders.staff_note) == ("Orders", "Ask Ann about the rest.")
    assert [needed.number for needed in MigrationScript.objects.get(number=18).depends_on.all()] == [17]


@pytest.mark.django_db
def test_a_rate_beyond_100_percent_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        MigrationScript.objects.filter(number=5).update(recorded_rate=Decimal("100.01"))


def test_the_file_is_plain_csv_with_one_script_a_line():
    with inventory.SCRIPTS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert len(lines) == 44
    assert {len(line) for line in lines} == {len(lines[0])}
    assert all(re.fullmatch(r"[a-z-]+\.ts", line[1]) for line in lines[1:])
