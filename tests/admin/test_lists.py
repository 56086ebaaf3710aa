"""Lists of the ledger: found by exact keys, filtered, and never counted in full."""

import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import browse
from runs.ledger.models import FailedRecord, Mapping
from tests.admin.conftest import mappings, texts

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

MAPPINGS = reverse("admin:ledger_mapping_changelist")
FAILED = reverse("admin:ledger_failedrecord_changelist")


def found(response):
    return [row.legacy_id for row in response.context_data["cl"].result_list]


def words(response):
    return response.context_data["cl"].words


@pytest.mark.parametrize("query", ["", "?p=2", "?entity=offices", "?outcome__exact=created", "?q=1001"])
def test_the_list_of_mappings_asks_little_and_never_counts_them_all(boss, world, monkeypatch, query):
    monkeypatch.setattr(browse, "COUNT_LIMIT", 60)
    mappings(world.page, 120)
    with CaptureQueriesContext(connections["target"]) as asked:
        response = boss.get(MAPPINGS + query)
    assert response.status_code == 200
    statements = [query["sql"] for query in asked]
    assert len(statements) <= 3
    counts = [sql for sql in statements if re.search(r"count\(", sql, re.I)]
    assert len(counts) == 1
    assert "LIMIT 61" in counts[0]
    assert not [sql for sql in statements if "DISTINCT" in sql]


def test_a_small_table_is_counted_exactly(boss, world):
    mappings(world.page, 120)
    assert words(boss.get(MAPPINGS)) == "121 mappings"


def test_a_large_table_is_estimated_from_the_statistics(boss, world, monkeypatch):
    monkeypatch.setattr(browse, "COUNT_LIMIT", 60)
    mappings(world.page, 3000)
    with connections["target"].cursor() as cursor:
        cursor.execute("ANALYZE migration_mappings")
    response = boss.get(MAPPINGS)
    assert words(response) == "about 3,001 mappings"
    assert "about 3,001 mappings" in texts(response)
    assert len(found(boss.get(MAPPINGS + "?p=61"))) == 1


def test_a_large_filtered_list_ends_at_the_limit_and_says_so(boss, world, monkeypatch):
    monkeypatch.setattr(browse, "COUNT_LIMIT", 60)
    mappings(world.page, 120)
    response = boss.get(MAPPINGS + "?entity=offices")
    assert words(response) == "the first 60 mappings; narrow the search to see others"
    assert len(found(boss.get(MAPPINGS + "?entity=offices&p=2"))) == 10


def test_the_newest_come_first(boss, world):
    mappings(world.page, 3)
    assert found(boss.get(MAPPINGS)) == ["1003", "1002", "1001", "31"]


def test_mappings_are_found_by_exact_legacy_id_and_by_uuid(boss, world):
    uuids = mappings(world.page, 120)
    assert found(boss.get(MAPPINGS, {"q": "1003"})) == ["1003"]
    assert found(boss.get(MAPPINGS, {"q": "100"})) == []
    assert found(boss.get(MAPPINGS, {"q": f" {uuids[4]} "})) == ["1005"]


@pytest.mark.parametrize(
    "query, ids",
    [
        ({"entity": "offices"}, ["31"]),
        ({"entity": "orders"}, []),
        ({"outcome__exact": "matched"}, ["31"]),
        ({"outcome__exact": "created"}, []),
        ({"page": "no number"}, []),
    ],
)
def test_filters_of_mappings(boss, world, query, ids):
    assert found(boss.get(MAPPINGS, query)) == ids


def test_the_mappings_of_a_page(boss, world):
    assert found(boss.get(MAPPINGS, {"page": world.page.pk})) == ["31"]
    assert found(boss.get(MAPPINGS, {"page": world.page.pk + 1})) == []


@pytest.mark.parametrize(
    "query, ids",
    [
        ({"entity": "orders"}, ["8", "7"]),
        ({"entity": "offices"}, []),
        ({"stage__exact": "load"}, ["8"]),
        ({"code": "unmapped_code"}, ["7"]),
        ({"field": "status"}, ["7"]),
        ({"fingerprint": "bbbbbbbbbbbbbbbb"}, ["8"]),
        ({"state__exact": "closed"}, []),
        ({"q": "8"}, ["8"]),
        ({"run": "999999999"}, []),
    ],
)
def test_filters_of_failed_records(reviewer, world, query, ids):
    assert found(reviewer.get(FAILED, query)) == ids


def test_the_failed_records_of_a_run(reviewer, world):
    assert found(reviewer.get(FAILED, {"run": world.run.pk})) == ["8", "7"]


def test_the_filter_by_entity_offers_the_declared_ones(reviewer, world):
    page = texts(reviewer.get(FAILED))
    assert '<option value="patients"' in page
    assert '<option value="doctor_offices"' in page


def test_a_failed_record_says_its_cause_in_plain_words(reviewer, world):
    page = texts(reviewer.get(reverse("admin:ledger_failedrecord_change", args=[world.failed.pk])))
    assert "Unknown code" in page
    assert "The legacy row holds a code that the declaration does not translate." in page
    assert reverse("admin:ledger_failedrecord_group", args=["aaaaaaaaaaaaaaaa"]) in page


def test_an_entity_that_is_no_longer_declared_can_still_be_looked_at(boss, world):
    FailedRecord.objects.update(entity="withdrawn")
    Mapping.objects.update(entity="withdrawn")
    assert boss.get(reverse("admin:ledger_failedrecord_change", args=[world.failed.pk])).status_code == 200
    assert boss.get(reverse("admin:ledger_mapping_change", args=[world.mapping.pk])).status_code == 200


def test_a_mapping_leads_to_both_rows(boss, world):
    page = texts(boss.get(reverse("admin:ledger_mapping_change", args=[world.mapping.pk])))
    assert reverse("admin:legacy_office_change", args=["31"]) in page
    assert reverse("admin:target_office_change", args=[world.office.pk]) in page


def test_a_page_leads_to_its_rows(reviewer, world):
    page = texts(reviewer.get(reverse("admin:ledger_page_change", args=[world.page.pk])))
    assert f"{MAPPINGS}?page={world.page.pk}" in page
    assert f"{FAILED}?page={world.page.pk}" in page
