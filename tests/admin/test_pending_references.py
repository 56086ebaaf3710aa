"""References that wait for their parents: listed by age and parent, and gone from the list when the parent arrives."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.target.models import Category
from legacy import models as legacy
from runs.ledger.models import FailedRecord, PendingReference
from tests.admin.conftest import failed_record, texts
from tests.admin.reviewing import colleague
from tests.runs.conftest import insert, run_entities  # noqa: F401

HERE = pytest.mark.django_db(databases=["default", "target", "legacy"])
LIST = reverse("admin:ledger_pendingreference_changelist")


@pytest.fixture
def waiting(world):
    """Order 5 waits for order 6 (of `world`) since ten days, 8 and 9 for order 7, which failed."""
    PendingReference.objects.filter(pk=world.pending.pk).update(since=timezone.now() - timedelta(days=10))
    for number in ("8", "9"):
        PendingReference.objects.create(
            entity="orders", legacy_id=number, field="parent", parent_entity="orders", parent_legacy_id="7",
            page=world.page,
        )  # fmt: skip
    return world


def rows(response):
    return sorted(row.legacy_id for row in response.context_data["cl"].result_list)


@HERE
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["5", "8", "9"]),
        ({"age": "day"}, ["5"]),
        ({"age": "month"}, []),
        ({"parent_entity": "orders"}, ["5", "8", "9"]),
        ({"parent_legacy_id": "7"}, ["8", "9"]),
        ({"q": "6"}, ["5"]),
        ({"entity": "offices"}, []),
    ],
)
def test_filters(waiting, query, found):
    assert rows(colleague("viewer").get(LIST, query)) == found


@HERE
def test_the_list_begins_with_the_parents_and_their_ages(waiting):
    page = texts(colleague("viewer").get(LIST))
    assert f"{LIST}?parent_entity=orders" in page
    assert "3 rows wait for 2 of them, the longest for 1 week" in page
    assert "1 week" in page


@HERE
def test_a_parent_that_failed_itself_is_linked(waiting):
    page = texts(colleague("viewer").get(LIST))
    failed = reverse("admin:ledger_failedrecord_change", args=[waiting.failed.pk])
    assert page.count(f'href="{failed}">failed itself') == 2
    assert page.count("has not come yet") == 1
    pending = PendingReference.objects.get(legacy_id="8")
    detail = texts(colleague("other").get(reverse("admin:ledger_pendingreference_change", args=[pending.pk])))
    assert f'href="{failed}">failed itself' in detail


@HERE
def test_the_parents_of_a_list_are_looked_up_at_once(waiting, django_assert_max_num_queries):
    client = colleague("viewer")
    for number in range(10, 40):
        failed_record(waiting.page, str(number))
        PendingReference.objects.create(
            entity="orders", legacy_id=f"1{number}", field="parent", parent_entity="orders",
            parent_legacy_id=str(number), page=waiting.page,
        )  # fmt: skip
    with django_assert_max_num_queries(6, using="target"):
        assert client.get(LIST).status_code == 200


def test_a_parent_that_arrives_in_a_later_run_fills_the_reference_in(insert, run_entities):  # noqa: F811
    insert(legacy.Category, {"id": 1, "name": "Root"}, {"id": 2, "name": "Branch", "parent_id": 1})
    run_entities("categories", ids=["2"])
    assert Category.objects.get().parent is None
    assert rows(colleague("viewer").get(LIST)) == ["2"]
    run_entities("categories")
    assert Category.objects.get(name="Branch").parent == Category.objects.get(name="Root")
    assert not PendingReference.objects.exists()


def test_a_parent_that_failed_is_waited_for_until_it_is_mended(insert, run_entities, legacy_db):  # noqa: F811
    insert(legacy.Category, {"id": 1, "name": None}, {"id": 2, "name": "Branch", "parent_id": 1})
    run_entities("categories")
    assert FailedRecord.objects.get().legacy_id == "1"
    assert "failed itself" in texts(colleague("viewer").get(LIST))
    legacy_db.execute("UPDATE dispatch_category SET name = 'Root' WHERE id = 1")
    run_entities("categories")
    assert Category.objects.get(name="Branch").parent == Category.objects.get(name="Root")
    assert not PendingReference.objects.exists()
