"""Failed records as a spreadsheet, corrected there, and read again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from import_export.formats.base_formats import CSV, XLSX

from catalog.target import models as target
from legacy import models as legacy
from runs import services
from runs.ledger.models import Correction, FailedRecord
from runs.models import Run
from runs.services import Selection
from runs.sheets import COLUMNS, CorrectionList, CorrectionSheet, harmless, said
from runs.sheets_import import CorrectionImport
from runs.states import State
from tests.runs.conftest import CORE, Insert, order

Runner = Callable[..., Run]


@pytest.fixture
def group(people: None, insert: Insert, run_entities: Runner) -> str:
    """Five orders with a suffix that is too long, one of them like a formula; the fingerprint of the group."""
    texts = {41: "x" * 11, 42: "=SUM(A1:A9)+1", 43: "line one\r\nline two", 44: "0123456789ab", 45: "y" * 12}
    insert(legacy.Instruction, *(order(i, suffix=words) for i, words in texts.items()))
    assert run_entities(*CORE, "orders").state == State.COMPLETED_WITH_FAILURES
    assert FailedRecord.objects.count() == 5
    return FailedRecord.objects.values_list("fingerprint", flat=True).distinct().get()


@pytest.fixture
def ada(committed: None) -> User:
    """May correct records and see what they hold."""
    user = User.objects.create_user("ada", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["operate_run", "view_legacy_values"]))
    return user


def exported(fingerprint: str, reveal: bool = True) -> Any:
    rows = FailedRecord.objects.filter(fingerprint=fingerprint).order_by("pk")
    return CorrectionSheet(reveal=reveal).export(rows)


def edited(dataset: Any, **corrected: str) -> Any:
    """The sheet after somebody wrote corrected values beside legacy ids (i41="new")."""
    rows = dataset.dict
    for row in rows:
        if (new := corrected.get(f"i{row['legacy_id']}")) is not None:
            row["corrected value"], row["reason"] = new, "as on the paper"
    dataset.dict = rows
    return dataset


def through(file_format: Any, dataset: Any) -> Any:
    """The sheet after it was saved in a format and opened again."""
    written = file_format.export_data(dataset)
    return file_format.create_dataset(written)


@pytest.mark.parametrize("file_format", [CSV(), XLSX()], ids=["csv", "xlsx"])
def test_export_edit_import_and_retry_is_one_round_trip(file_format: Any, group: str, ada: User):
    sheet = edited(through(file_format, exported(group)), i41="x", i42="ok", i43="one")
    sheet = through(file_format, sheet)
    preview = CorrectionImport().import_data(sheet, dry_run=True, user=ada)
    assert not preview.has_errors() and not preview.has_validation_errors()
    assert (preview.totals["new"], preview.totals["skip"]) == (3, 2)
    assert {row.diff[-1] for row in preview.rows} == {"It would go through, as far as can be told without writing."}
    assert not Correction.objects.exists()

    result = CorrectionImport().import_data(sheet, dry_run=False, user=ada)
    assert result.totals["new"] == 3
    made = Correction.objects.order_by("legacy_id")
    assert list(made.values_list("legacy_id", "new", "author", "reason", "fingerprint")) == [
        (key, new, "ada", "as on the paper", group) for key, new in (("41", "x"), ("42", "ok"), ("43", "one"))
    ]
    services.execute(services.retry(Selection(fingerprint=group)))
    assert FailedRecord.objects.filter(state="open").count() == 2
    assert target.Order.objects.count() == 3


def test_a_formula_is_not_run_by_a_spreadsheet_and_comes_back_as_it_was(group: str):
    rows = {row["legacy_id"]: row for row in exported(group).dict}
    assert rows["42"]["value"] == "'=SUM(A1:A9)+1"
    assert (said("'=SUM(A1:A9)+1"), harmless("-5"), harmless("-5+1")) == ("=SUM(A1:A9)+1", "-5", "'-5+1")


def test_without_the_permission_there_are_shapes_and_the_file_is_no_correction(group: str, ada: User):
    sheet = exported(group, reveal=False)
    assert "value" not in sheet.headers and sheet.headers == [
        "value (hidden)" if name == "value" else name for name in COLUMNS
    ]
    assert "text of 11 characters" in sheet["value (hidden)"]
    assert "SUM" not in CSV().export_data(sheet)
    result = CorrectionImport().import_data(edited(sheet, i41="x"), dry_run=True, user=ada)
    assert "without legacy values" in str(result.base_errors[0].error)


def test_a_preview_tells_which_rows_would_fail_all_the_same(group: str, ada: User):
    result = CorrectionImport().import_data(edited(exported(group), i41="x", i44="z" * 11), dry_run=True, user=ada)
    good, bad = (row.diff for row in result.rows)
    assert good[3:5] == ["x" * 11, "x"] and "go through" in good[-1]
    assert "longer than the 10 characters" in bad[-1]


@pytest.mark.parametrize(
    ("column", "changed", "words"),
    [
        ("value", "something else", "not what the record holds"),
        ("legacy_id", "4711", "no failed record"),
        ("entity", "patients", "no failed record"),
        ("path", "colour", "Name a column"),
        ("reason", "", "Say why"),
        ("corrected value", "x" * 11, "is the value that the row has"),
    ],
)
def test_a_line_that_was_tampered_with_is_refused_by_column(
    column: str, changed: str, words: str, group: str, ada: User
):
    sheet = edited(exported(group), i41="x", i44="z")
    rows = sheet.dict
    rows[0][column] = changed
    sheet.dict = rows
    result = CorrectionImport().import_data(sheet, dry_run=False, user=ada, rollback_on_validation_errors=True)
    (refused,) = result.invalid_rows
    found = "legacy_id" if column == "entity" else column
    assert (refused.number, list(refused.field_specific_errors)) == (1, [found])
    assert words in refused.field_specific_errors[found][0]
    assert not Correction.objects.exists()


def test_a_record_that_is_not_open_is_refused(group: str, ada: User):
    services.dismiss(Selection(entity="orders", legacy_ids=["41"]), "not needed")
    result = CorrectionImport().import_data(edited(exported(group), i41="x"), dry_run=True, user=ada)
    assert "dismissed" in str(result.invalid_rows[0].error)


def test_a_file_that_says_the_same_twice_is_refused(group: str, ada: User):
    sheet = edited(exported(group), i41="x")
    sheet.append(sheet[0])
    result = CorrectionImport().import_data(sheet, dry_run=True, user=ada)
    assert "revoke it first" in str(result.invalid_rows[0].error)


def test_a_file_of_another_kind_is_refused(group: str, ada: User):
    sheet = exported(group)
    del sheet["path"]
    result = CorrectionImport().import_data(sheet, dry_run=True, user=ada)
    assert "lacks the column path" in str(result.base_errors[0].error)


@pytest.mark.parametrize("codenames", [[], ["operate_run"], ["view_legacy_values"]])
def test_nobody_imports_without_both_permissions(codenames: list[str], group: str):
    bob = User.objects.create_user("bob", is_staff=True)
    bob.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    for user in (bob, None):
        with pytest.raises(PermissionDenied):
            CorrectionImport().import_data(edited(exported(group), i41="x"), dry_run=True, user=user)


def test_null_can_be_written_and_a_number_is_what_was_typed(group: str, ada: User):
    sheet = edited(exported(group), i41="NULL", i42="12")
    rows = sheet.dict
    rows[1]["corrected value"] = 12.0
    sheet.dict = rows
    CorrectionImport().import_data(sheet, dry_run=False, user=ada)
    assert list(Correction.objects.order_by("legacy_id").values_list("new", flat=True)) == [None, "12"]


def test_corrections_are_exported_with_their_values_only_for_who_may_see_them(group: str, ada: User):
    CorrectionImport().import_data(edited(exported(group), i42="=1+1"), dry_run=False, user=ada)
    shown, hidden = (CorrectionList(reveal=reveal).export(Correction.objects.all()).dict[0] for reveal in (True, False))
    assert (shown["old"], shown["new"]) == ("'=SUM(A1:A9)+1", "'=1+1")
    assert (hidden["old"], hidden["new"]) == ("text of 13 characters", "text of 4 characters")
    assert hidden["author"] == "ada"
