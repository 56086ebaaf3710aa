"""Corrections: listed, filtered, exported, revoked, and their rows retried."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from runs.ledger.models import Correction
from runs.models import Run
from tests.admin.conftest import texts
from tests.admin.reviewing import OPERATE, SECRET, SEE, colleague

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

LIST = reverse("admin:ledger_correction_changelist")
EXPORT = reverse("admin:ledger_correction_export")
NIL = "0" * 32


@pytest.fixture
def made(world):
    rows = [
        {"legacy_id": "7", "old": "4711", "new": "2", "path": "status", "author": "ada"},
        {"legacy_id": "", "old": SECRET, "new": "known", "path": "notes", "author": "bob", "fingerprint": "a" * 16},
        {
            "legacy_id": "8",
            "old": "9",
            "path": "patient_id",
            "field": "patient",
            "target_id": "0" * 32,
            "author": "ada",
        },
    ]
    return [
        Correction.objects.create(**{"entity": "orders", "field": "status", "reason": "Asked the clinic.", **row})
        for row in rows
    ]


def page_of(correction):
    return reverse("admin:ledger_correction_change", args=[correction.pk])


def found(response):
    return [one.author + (one.legacy_id or "*") for one in response.context_data["cl"].result_list]


def revoke(client, correction, reason="Wrong after all."):
    return client.post(reverse("admin:ledger_correction_revoke", args=[correction.pk]), {"reason": reason}, follow=True)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({}, ["ada8", "bob*", "ada7"]),
        ({"reach": "rule"}, ["bob*"]),
        ({"reach": "row"}, ["ada8", "ada7"]),
        ({"author": "bob"}, ["bob*"]),
        ({"fingerprint": "a" * 16}, ["bob*"]),
        ({"state": "revoked"}, []),
        ({"entity": "offices"}, []),
        ({"q": "8"}, ["ada8"]),
        ({"q": "clinic"}, ["ada8", "bob*", "ada7"]),
    ],
)
def test_filters(made, query, rows):
    assert found(colleague("viewer").get(LIST, query)) == rows


def test_values_are_shapes_without_the_permission(made):
    viewer = colleague("viewer")
    for address in (LIST, page_of(made[1])):
        page = texts(viewer.get(address))
        assert f"text of {len(SECRET)} characters" in page
        assert SECRET not in page
    assert not LogEntry.objects.exists()


def test_with_the_permission_they_are_values_and_every_look_is_recorded(made):
    seeing = colleague("seeing", SEE)
    for address in (LIST, page_of(made[1])):
        assert SECRET in texts(seeing.get(address))
    looks = LogEntry.objects.values_list("change_message", flat=True)
    assert len(looks) == 2
    assert SECRET not in str(list(looks))


@pytest.mark.parametrize("name", ["old", "new__startswith"])
def test_nobody_filters_by_a_value(made, name):
    assert colleague("seeing", SEE).get(LIST, {name: SECRET}).status_code in (302, 400)


@pytest.mark.parametrize(("permissions", "shown"), [((), False), ((SEE,), True)])
def test_the_export_is_masked_like_the_list(made, permissions, shown):
    content = colleague("somebody", *permissions).post(EXPORT, {"format": "0", "resource": "0"}).content.decode()
    assert {row["author"] for row in csv.DictReader(io.StringIO(content))} == {"ada", "bob"}
    assert (SECRET in content) is shown
    assert LogEntry.objects.exists() is shown


def test_one_is_revoked_with_a_reason(made):
    operator = colleague("operator", OPERATE)
    assert "Say why" in texts(revoke(operator, made[0], " "))
    told = texts(revoke(operator, made[0]))
    assert f"Correction {made[0].pk} is revoked" in told
    made[0].refresh_from_db()
    assert (made[0].revoked_by, made[0].reason) == ("operator", "Asked the clinic. Revoked: Wrong after all.")
    assert "was revoked by operator already" in texts(revoke(operator, made[0]))
    assert found(operator.get(LIST, {"state": "revoked"})) == ["ada7"]


def test_a_viewer_is_offered_nothing_and_refused(made):
    viewer = colleague("viewer")
    assert "Revoke" not in texts(viewer.get(page_of(made[0]))).partition("</aside>")[2]
    assert revoke(viewer, made[0]).status_code == 403
    retry = reverse("admin:ledger_correction_retry")
    assert viewer.post(retry, {"corrections": str(made[0].pk)}).status_code == 403
    assert viewer.get(reverse("admin:ledger_correction_import")).status_code == 403
    assert not Run.objects.filter(kind="retry").exists()


def test_nothing_is_retried_where_no_open_record_is_left(made, world):
    world.failed.delete()
    operator = colleague("operator", OPERATE)
    told = operator.post(reverse("admin:ledger_correction_retry"), {"corrections": str(made[0].pk)}, follow=True)
    assert "No open failed record is left" in texts(told)
