"""Before-images: found by their keys, values for those who may see them, and changed by nobody."""

from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from runs.ledger.models import BeforeImage
from tests.admin.conftest import client_of, staff, texts

pytestmark = pytest.mark.django_db(databases=["default", "target"])

LIST = reverse("admin:ledger_beforeimage_changelist")
VIEW = "ledger.view_beforeimage"
BEFORE, AFTER, HASH = "a former surname", "a later surname", "pbkdf2-of-somebody"


@pytest.fixture
def images(world):
    """Of the orders 7 and 8; that of 8 is restored."""
    given = {"entity": "orders", "run": world.page.run, "entity_run": world.page.entity_run, "page": world.page}
    seven = BeforeImage.objects.create(
        legacy_id="7",
        target_id=uuid4(),
        before={"name": BEFORE, "doctor_id": None, "password_hash": HASH},
        after={"name": AFTER, "doctor_id": "", "password_hash": HASH},
        **given,
    )
    eight = BeforeImage.objects.create(
        legacy_id="8", target_id=uuid4(), before={"name": "x"}, after={"name": "y"}, restored_at=timezone.now(), **given
    )
    return seven, eight


@pytest.fixture
def masked():
    return client_of(staff("masked", VIEW))


@pytest.fixture
def seeing():
    return client_of(staff("seeing", VIEW, "runs.view_legacy_values"))


def pages(image):
    return LIST, reverse("admin:ledger_beforeimage_change", args=[image.pk])


def found(response):
    return [image.legacy_id for image in response.context_data["cl"].result_list]


def test_without_the_permission_only_the_columns_and_the_kinds_of_values_are_shown(masked, images):
    for address in pages(images[0]):
        words = texts(masked.get(address))
        assert "text of 16 characters" in words
        assert "doctor_id" in words
        assert not [value for value in (BEFORE, AFTER, HASH) if value in words]
    assert not LogEntry.objects.exists()


def test_with_the_permission_they_are_values_but_no_credentials_and_the_look_is_recorded(seeing, images):
    for address in pages(images[0]):
        words = texts(seeing.get(address))
        assert BEFORE in words
        assert AFTER in words
        assert "NULL" in words
        assert HASH not in words
        look = LogEntry.objects.get()
        assert look.content_type.model == "beforeimage"
        assert BEFORE not in look.change_message
        look.delete()


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["8", "7"]),
        ({"entity": "orders"}, ["8", "7"]),
        ({"entity": "offices"}, []),
        ({"restored": "no"}, ["7"]),
        ({"restored": "yes"}, ["8"]),
        ({"q": "7"}, ["7"]),
        ({"run": "999999999"}, []),
        ({"page": "no number"}, []),
    ],
)
def test_filters(masked, images, query, ids):
    assert found(masked.get(LIST, query)) == ids


def test_one_is_found_by_its_run_and_by_its_target(masked, images, world):
    assert found(masked.get(LIST, {"run": world.run.pk})) == ["8", "7"]
    assert found(masked.get(LIST, {"q": str(images[1].target_id)})) == ["8"]


@pytest.mark.parametrize("lookup", ["before__name", "after__name__startswith"])
def test_nobody_finds_out_a_value_by_filtering(masked, images, lookup):
    assert masked.get(LIST, {lookup: BEFORE}).status_code in (302, 400)


def test_one_leads_to_both_rows_and_to_its_run(boss, images, world):
    words = texts(boss.get(pages(images[0])[1]))
    assert reverse("admin:legacy_instruction_change", args=["7"]) in words
    assert reverse("admin:target_order_change", args=[images[0].target_id]) in words
    assert reverse("admin:runs_run_change", args=[world.run.pk]) in words


def test_who_may_only_see_the_images_gets_no_link_to_anything_else(masked, images):
    words = texts(masked.get(pages(images[0])[1]))
    assert not [part for part in ("/admin/legacy/", "/admin/target/", "/admin/runs/") if part in words]


def test_nobody_may_write(boss, images):
    address = pages(images[0])[1]
    assert boss.post(address, {"entity": "x"}).status_code == 403
    assert boss.get(reverse("admin:ledger_beforeimage_add")).status_code == 403
    assert boss.post(reverse("admin:ledger_beforeimage_delete", args=[images[0].pk])).status_code == 403


def test_strangers_are_refused(images):
    client = client_of(staff("newcomer"))
    assert [client.get(address).status_code for address in pages(images[0])] == [403, 403]


@pytest.mark.django_db(databases=["default", "target", "legacy"])
def test_the_sidebar_leads_to_the_list(masked):
    assert LIST in texts(masked.get(reverse("admin:index")))
