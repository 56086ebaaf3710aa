"""Legacy values: hidden, shown to those with the permission, and every look recorded."""

import csv
import io

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from runs.shapes import shape
from runs.sheets import harmless
from tests.admin.conftest import LEGACY_VALUES, failed_record, texts

pytestmark = pytest.mark.django_db(databases=["default", "target", "legacy"])

LIST = "admin:ledger_failedrecord_changelist"
ROW = "admin:ledger_failedrecord_change"
EXPORT = "admin:ledger_failedrecord_export"
CSV, XLSX = "0", "1"


@pytest.mark.parametrize(
    "value, words",
    [
        (None, "empty"),
        ("", "empty text"),
        ("   ", "blank text of 3 characters"),
        ("x", "text of 1 character"),
        ("twelve chars", "text of 12 characters"),
        (-40213, "number with 5 digits"),
        (True, "yes or no"),
        ("1988-04-01", "date"),
        ("2014-03-02 10:11:12+00:00", "date and time"),
        ([1, 2], "list of 2 items"),
        ({"a": 1}, "object with 1 key"),
    ],
)
def test_a_shape_tells_kind_and_size_only(value, words):
    assert shape(value) == words


def test_without_the_permission_the_source_row_is_shapes(reviewer, world):
    page = texts(reviewer.get(reverse(ROW, args=[world.failed.pk])))
    assert "text of 12 characters" in page
    assert "number with 4 digits" in page
    assert "Values are hidden" in page
    assert not [value for value in (*LEGACY_VALUES, "4711") if value in page]
    assert LogEntry.objects.count() == 0


def test_with_the_permission_it_is_values_but_never_credentials(seer, world):
    page = texts(seer.get(reverse(ROW, args=[world.failed.pk])))
    assert LEGACY_VALUES[0] in page
    assert ">4711<" in page
    assert LEGACY_VALUES[2] not in page


def test_the_look_is_recorded(seer, world):
    seer.get(reverse(ROW, args=[world.failed.pk]))
    look = LogEntry.objects.get()
    assert (look.user.username, look.object_id) == ("seer", str(world.failed.pk))
    assert look.content_type.model == "failedrecord"
    assert "source row" in look.change_message


def test_the_legacy_row_is_linked_only_for_those_who_may_open_it(boss, reviewer, world):
    legacy = reverse("admin:legacy_instruction_change", args=["7"])
    assert legacy in texts(boss.get(reverse(ROW, args=[world.failed.pk])))
    assert legacy not in texts(reviewer.get(reverse(ROW, args=[world.failed.pk])))


def test_resolutions_hide_the_old_value(reviewer, seer, world):
    for page in (
        reverse("admin:ledger_resolution_changelist"),
        reverse("admin:ledger_resolution_change", args=[world.resolution.pk]),
    ):
        assert "text of 19 characters" in texts(reviewer.get(page))
        assert LEGACY_VALUES[1] not in texts(reviewer.get(page))
        assert LogEntry.objects.count() == 0
        assert LEGACY_VALUES[1] in texts(seer.get(page))
        LogEntry.objects.get().delete()


@pytest.mark.parametrize(
    "page, query",
    [
        (LIST, "source__status=4711"),
        (LIST, "source__notes__startswith=Ms"),
        (EXPORT, "source__notes__startswith=Ms"),
        ("admin:ledger_resolution_changelist", "old__startswith=m"),
    ],
)
def test_a_hidden_value_cannot_be_guessed_by_filters(reviewer, world, page, query):
    response = reviewer.get(f"{reverse(page)}?{query}")
    assert response.status_code == 400


def exported(client, file_format=CSV, query=""):
    response = client.post(f"{reverse(EXPORT)}{query}", {"format": file_format, "resource": "0"})
    assert response.status_code == 200
    return response.content


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_csv_is_masked_without_the_permission(reviewer, world):
    content = exported(reviewer)
    assert {row["legacy_id"] for row in rows(content)} == {"7", "8"}
    assert not [value for value in (*LEGACY_VALUES, "4711") if value in content.decode()]
    assert "text of 12 characters" in content.decode()
    assert LogEntry.objects.count() == 0


def test_the_csv_has_the_values_with_the_permission_and_that_is_recorded(seer, world):
    content = exported(seer).decode()
    assert LEGACY_VALUES[0] in content
    assert LEGACY_VALUES[2] not in content
    assert LogEntry.objects.get().change_message == "Exported 2 source rows."


def test_the_export_keeps_to_the_filters_and_explains_the_cause(reviewer, world):
    (row,) = rows(exported(reviewer, query="?code=23505"))
    assert (row["legacy_id"], row["cause"], row["constraint"]) == ("8", "Duplicate", "orders_key")


def test_the_workbook(reviewer, world):
    sheet = openpyxl.load_workbook(io.BytesIO(exported(reviewer, XLSX))).active
    header, *lines = [[cell.value for cell in row] for row in sheet.rows]
    assert sorted(dict(zip(header, line, strict=True))["legacy_id"] for line in lines) == ["7", "8"]
    assert not [value for value in LEGACY_VALUES if value in str(lines)]


def test_the_selected_rows_are_exported_alone(reviewer, world):
    page = texts(
        reviewer.post(reverse(LIST), {"action": "export_admin_action", "_selected_action": [world.duplicate.pk]})
    )
    assert f'name="export_items" value="{world.duplicate.pk}"' in page
    data = {"format": CSV, "resource": "0", "export_items": [world.duplicate.pk]}
    assert [row["legacy_id"] for row in rows(reviewer.post(reverse(EXPORT), data).content)] == ["8"]


@pytest.mark.parametrize(
    "text, cell",
    [("41", "41"), ("-41", "-41"), ("=1+1", "'=1+1"), ("@x", "'@x"), ("-2+3", "'-2+3"), ("a\x00b", "a\ufffdb")],
)
def test_a_legacy_id_is_never_a_formula(reviewer, world, text, cell):
    assert harmless(text) == cell


def test_a_formula_in_a_legacy_id_reaches_the_file_as_text(reviewer, world):
    failed_record(world.page, "=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in {row["legacy_id"] for row in rows(exported(reviewer))}
