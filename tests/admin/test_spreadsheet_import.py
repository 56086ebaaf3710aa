"""The round trip: failed records exported as a sheet, corrected in it, previewed, imported, and tried again."""

import csv
import io

import openpyxl
import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from runs import services
from runs.ledger.models import Correction, FailedRecord
from runs.models import Run
from tests.admin.conftest import texts
from tests.admin.reviewing import OPERATE, SEE, colleague, unknown_codes
from tests.runs.conftest import insert, people, run_entities  # noqa: F401

EXPORT = reverse("admin:ledger_failedrecord_export")
IMPORT = reverse("admin:ledger_correction_import")
CONFIRM = reverse("admin:ledger_correction_process_import")
CSV, XLSX, SHEET = "0", "1", "1"


@pytest.fixture
def codes(people, insert, run_entities):  # noqa: F811
    return unknown_codes(insert, run_entities)


@pytest.fixture
def expert(codes):
    return colleague("expert", OPERATE, SEE)


def sheet(client, record):
    answer = client.post(f"{EXPORT}?fingerprint={record.fingerprint}", {"format": CSV, "resource": SHEET})
    return sorted(csv.DictReader(io.StringIO(answer.content.decode())), key=lambda row: row["legacy_id"])


def as_csv(rows):
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("edited.csv", file.getvalue().encode())


def corrected(rows, **values):
    """The rows with a corrected value for some legacy ids ("id41")."""
    for row in rows:
        if f"id{row['legacy_id']}" in values:
            row |= {"corrected value": values[f"id{row['legacy_id']}"], "reason": "Asked the clinic."}
    return rows


def upload(client, file, file_format=CSV):
    return client.post(IMPORT, {"import_file": file, "format": file_format, "resource": "0"})


def confirm(client, preview):
    form = preview.context_data["confirm_form"]
    return client.post(CONFIRM, {name: form[name].value() or "" for name in form.fields}, follow=True)


def test_three_values_are_mended_in_a_spreadsheet_and_their_rows_arrive(expert, codes):
    rows = corrected(sheet(expert, codes), id41="2", id42="2", id43="", id44="1")
    preview = upload(expert, as_csv(rows))
    assert texts(preview).count("It would go through") == 3
    assert not Correction.objects.exists()
    told = confirm(expert, preview)
    assert "3 corrections in force." in texts(told)
    assert "Retry these records" in texts(told)
    assert set(Correction.objects.values_list("legacy_id", "old", "new", "author")) == {
        ("41", "3", "2", "expert"),
        ("42", "3", "2", "expert"),
        ("44", "9", "1", "expert"),
    }
    numbers = ",".join(str(made.pk) for made in Correction.objects.all())
    expert.post(reverse("admin:ledger_correction_retry"), {"corrections": numbers})
    services.execute(Run.objects.get(kind="retry"))
    assert list(FailedRecord.objects.filter(state="open").values_list("legacy_id", flat=True)) == ["43"]
    assert "Retry these records" not in texts(expert.get(reverse("admin:ledger_correction_changelist")))


def test_a_workbook_does_as_well(expert, codes):
    answer = expert.post(f"{EXPORT}?fingerprint={codes.fingerprint}", {"format": XLSX, "resource": SHEET})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    header = [cell.value for cell in book.active[1]]
    book.active.cell(2, header.index("corrected value") + 1).value = 2
    book.active.cell(2, header.index("reason") + 1).value = "Asked the clinic."
    file = io.BytesIO()
    book.save(file)
    preview = upload(expert, SimpleUploadedFile("edited.xlsx", file.getvalue()), XLSX)
    assert "1 correction in force." in texts(confirm(expert, preview))


def test_the_file_waits_in_the_control_database_and_leaves_it_with_the_import(expert, codes):
    before = Session.objects.count()
    preview = upload(expert, as_csv(corrected(sheet(expert, codes), id41="2")))
    assert Session.objects.count() == before + 1
    confirm(expert, preview)
    assert Session.objects.count() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"corrected value": "soon"}, "takes a whole number"),
        ({"legacy_id": "999"}, "There is no failed record of this entity and legacy id."),
        ({"value": "5"}, "This is not what the record holds"),
        ({"reason": ""}, "Say why"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_the_whole_file(expert, codes, change, said):
    rows = corrected(sheet(expert, codes), id41="2", id42="2")
    rows[0] |= change
    answer = upload(expert, as_csv(rows))
    assert said in texts(answer)
    assert "confirm_form" not in answer.context_data
    assert not Correction.objects.exists()


def test_a_file_of_another_kind_says_so_without_a_traceback(expert):
    page = texts(upload(expert, SimpleUploadedFile("x.csv", b"name,age\nada,7\n")))
    assert "The file lacks the column entity" in page
    assert "Traceback" not in page


def test_a_masked_sheet_cannot_be_imported(expert, codes):
    masked = sheet(colleague("operator", OPERATE), codes)
    assert masked[0]["value (hidden)"] == "number with 1 digit"
    masked[0] |= {"corrected value": "2", "reason": "Asked the clinic."}
    assert "exported without legacy values" in texts(upload(expert, as_csv(masked)))


@pytest.mark.parametrize("permissions", [(OPERATE,), (SEE,), ()])
def test_who_lacks_a_permission_is_refused(codes, permissions):
    client = colleague("somebody", *permissions)
    assert client.get(IMPORT).status_code == 403
    assert upload(client, SimpleUploadedFile("x.csv", b"a\n1\n")).status_code == 403
    assert client.post(CONFIRM, {"import_file_name": "x"}).status_code == 403


def test_records_that_changed_after_the_preview_are_not_corrected_by_halves(expert, codes):
    preview = upload(expert, as_csv(corrected(sheet(expert, codes), id41="2", id42="2")))
    FailedRecord.objects.filter(legacy_id="42").update(state="dismissed")
    assert "Nothing was imported" in texts(confirm(expert, preview))
    assert not Correction.objects.exists()
