"""The inventory in the admin: who sees what, the note as the one thing to change, import and export."""

import json
import re

import pytest
import tablib
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.models import MigrationScript
from runs.admin.script_page import open_failures
from runs.ledger.models import FailedRecord, Page
from runs.models import EntityRun, Run
from runs.states import State

LIST = "admin:catalog_migrationscript_changelist"
PAGE = "admin:catalog_migrationscript_change"
IMPORT = "admin:catalog_migrationscript_import"
EXPORT = "admin:catalog_migrationscript_export"
FORMATS = {"csv": "0", "xlsx": "1", "json": "2"}

pytestmark = pytest.mark.django_db(databases=["default", "target"])


def person(client, *codenames):
    user = User.objects.create_user("ann", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


@pytest.fixture
def root(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def editor(client):
    return person(client, "view_migrationscript", "change_migrationscript")


@pytest.fixture
def orders_run():
    """A run of orders: 97 of 100 rows, three failed of two causes."""
    run = Run.objects.create(requested_by="ann", options={"ids": None})
    counts = {"in_scope": 100, "created": 97, "failed": 3}
    one = EntityRun.objects.create(run=run, entity="orders", position=1, state=State.COMPLETED_WITH_FAILURES, **counts)
    page = Page.objects.create(entity_run=one.pk, run=run.pk, entity="orders", number=1)
    causes = [
        ("1", "required", "open"),
        ("2", "required", "open"),
        ("3", "missing_parent", "open"),
        ("4", "x", "closed"),
    ]
    for legacy_id, code, state in causes:
        FailedRecord.objects.create(
            entity="orders", legacy_id=legacy_id, stage="resolve", code=code, field="patient", state=state, message="",
            source={}, fingerprint=code, run=run.pk, entity_run=one.pk, page=page,
        )  # fmt: skip
    return run


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def numbers(response):
    return [script.number for script in response.context["cl"].result_list]


# The list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_43_scripts_with_both_rates(root, orders_run):
    response = root.get(reverse(LIST))
    page = text(response)
    assert numbers(response) == list(range(1, 44))
    assert "23,050 of 23,272" in page
    assert "99.05 %" in page
    assert "97 of 100" in page
    assert "97.00 %" in page
    assert f'href="{reverse("admin:runs_run_change", args=[orders_run.pk])}"' in page
    assert "entity=orders&amp;state__exact=open" in page


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"domain__code__exact": "communications"}, {10, 11, 12, 13, 14}),
        ({"category__exact": "files"}, {25, 26, 27, 28}),
        ({"kind__exact": "repair"}, {41}),
        ({"status": "complete_with_failures"}, {5}),
        ({"status": "not_started"}, set(range(1, 44)) - {5}),
        ({"status": "running"}, set()),
        ({"status": "not_started", "domain__code__exact": "communications"}, {10, 11, 12, 13, 14}),
        ({"q": "offers"}, {17, 42}),
    ],
)
def test_filters_and_search_narrow_the_list(root, orders_run, filters, found):
    assert set(numbers(root.get(reverse(LIST), filters))) == found


def test_the_list_takes_few_queries(root, orders_run, django_assert_max_num_queries):
    root.get(reverse(LIST))
    with django_assert_max_num_queries(20):
        root.get(reverse(LIST), {"status": "not_started"})


@pytest.mark.django_db(databases=["default", "target", "legacy"])
def test_the_sidebar_leads_to_the_inventory(editor):
    assert reverse(LIST) in text(editor.get(reverse("admin:index")))


# A script's page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, 44))
def test_every_script_has_a_page(root, number):
    assert MigrationScript.objects.get(number=number).title in text(root.get(reverse(PAGE, args=[number])))


def test_the_page_shows_entities_runs_failures_and_dependencies(root, orders_run):
    response = root.get(reverse(PAGE, args=[5]))
    page = text(response)
    assert response.context["comparison"] == ("bad", "−2.05 percentage points")
    assert "dispatch_instruction" in page
    assert "completed with failures" in page
    assert re.search(r'href="[^"]*fingerprint=required">2</a>', page)
    assert {one.progress.script.number for one in response.context["needs"]} >= {1, 3, 4}
    assert {one.progress.script.number for one in response.context["needed_by"]} >= {7, 41}
    for number in (4, 41):
        assert f'href="{reverse(PAGE, args=[number])}"' in page


def test_open_failures_are_grouped_by_cause(orders_run):
    groups = open_failures(["orders"])
    assert [(group["code"], group["field"], group["rows"]) for group in groups] == [
        ("required", "patient", 2),
        ("missing_parent", "patient", 1),
    ]
    assert open_failures(["patients"]) == []


def test_who_may_see_only_the_inventory_gets_no_link_to_anything_else(client, orders_run):
    page = text(person(client, "view_migrationscript").get(reverse(PAGE, args=[5])))
    for part in ("/admin/runs/", "/admin/ledger/", "/admin/legacy/", "/admin/target/"):
        assert part not in page
    assert "Open failures by cause" not in page


def test_who_may_not_see_the_inventory_is_refused(client):
    person(client)
    for name, args in ((LIST, []), (PAGE, [5]), (EXPORT, []), (IMPORT, [])):
        assert client.get(reverse(name, args=args)).status_code == 403


def test_the_domain_of_a_script_leads_to_its_description_and_its_scripts(root):
    there = reverse("admin:catalog_datadomain_change", args=["communications"])
    assert f'href="{there}"' in text(root.get(reverse(PAGE, args=[10])))
    page = text(root.get(there))
    assert "Messages, comments" in page
    assert f'href="{reverse(LIST)}?domain__code__exact=communications">5</a>' in page
    assert 'name="description"' not in page
    assert root.get(reverse("admin:catalog_datadomain_changelist")).status_code == 200
    assert root.post(there, {"name": "X"}).status_code == 403


# The note is all that can be changed ---------------------------------------------------------------------------------


def test_the_note_is_the_only_field_and_is_saved(editor):
    page = text(editor.get(reverse(PAGE, args=[5])))
    form = page.partition('id="migrationscript_form"')[2].partition("</form>")[0]
    assert re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"', form) == ["csrfmiddlewaretoken", "staff_note"]
    before = MigrationScript.objects.values().get(number=5)
    answer = editor.post(reverse(PAGE, args=[5]), {"staff_note": "Two lines\r\nof text ", "title": "X", "number": "99"})
    assert answer.status_code == 302
    assert MigrationScript.objects.values().get(number=5) == before | {"staff_note": "Two lines\nof text"}
    assert LogEntry.objects.get().object_id == "5"


def test_without_the_permission_the_note_is_read_only(client):
    person(client, "view_migrationscript")
    MigrationScript.objects.filter(number=5).update(staff_note="Ask Ann.")
    page = text(client.get(reverse(PAGE, args=[5])))
    assert "Ask Ann." in page
    assert 'name="staff_note"' not in page
    assert 'name="_save"' not in page
    assert client.post(reverse(PAGE, args=[5]), {"staff_note": "X"}).status_code == 403
    assert client.get(reverse(IMPORT)).status_code == 403
    assert MigrationScript.objects.get(number=5).staff_note == "Ask Ann."


def test_nothing_is_added_or_deleted(root):
    assert root.get(reverse("admin:catalog_migrationscript_add")).status_code == 403
    assert root.post(reverse("admin:catalog_migrationscript_delete", args=[5]), {"post": "yes"}).status_code == 403
    assert MigrationScript.objects.count() == 43


# Export and import -------------------------------------------------------------------------------------------------


def exported(client, kind):
    answer = client.post(reverse(EXPORT), {"format": FORMATS[kind], "resource": ""})
    assert answer.status_code == 200
    return answer.content


def read(kind, content):
    if kind == "json":
        return json.loads(content)
    return tablib.Dataset().load(content if kind == "xlsx" else content.decode(), format=kind).dict


@pytest.mark.parametrize("kind", FORMATS)
def test_the_export_has_every_script_with_what_was_recorded_and_what_is(client, orders_run, kind):
    lines = read(kind, exported(person(client, "view_migrationscript"), kind))
    assert [int(line["number"]) for line in lines] == list(range(1, 44))
    orders = lines[4]
    assert (orders["file_name"], orders["domain"], orders["kind"]) == ("orders-migration.ts", "clinical", "migrate")
    assert float(orders["recorded_rate"]) == 99.05
    assert (int(orders["migrated"]), int(orders["in_scope"]), float(orders["rate"])) == (97, 100, 97.0)
    assert (orders["entities"], orders["status"]) == ("orders", "complete with failures")


def test_the_export_follows_the_filter(root):
    answer = root.post(reverse(EXPORT) + "?kind__exact=repair", {"format": "0", "resource": ""})
    assert [line["number"] for line in read("csv", answer.content)] == ["41"]


def upload(client, kind, content):
    data = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(f"scripts.{kind}", data)
    return client.post(reverse(IMPORT), {"import_file": file, "format": FORMATS[kind], "resource": ""})


def confirm(client, preview):
    form = preview.context["confirm_form"]
    return client.post(reverse("admin:catalog_migrationscript_process_import"), form.initial)


def test_a_note_comes_in_by_csv_after_a_preview(editor):
    before = MigrationScript.objects.values().get(number=5)
    preview = upload(editor, "csv", "number,title,staff_note,status\n5,Hacked,Ask Ann.,complete\n")
    assert "<ins" in text(preview)
    assert MigrationScript.objects.values().get(number=5) == before
    assert confirm(editor, preview).status_code == 302
    assert MigrationScript.objects.values().get(number=5) == before | {"staff_note": "Ask Ann."}
    assert LogEntry.objects.get().object_id == "5"


@pytest.mark.parametrize("kind", FORMATS)
def test_what_was_exported_changes_nothing_when_it_comes_back(editor, kind):
    MigrationScript.objects.filter(number=5).update(staff_note="=1+1 is no formula\nbut a note")
    MigrationScript.objects.filter(number=6).update(staff_note="'quoted' – ünïcode")
    preview = upload(editor, kind, exported(editor, kind))
    assert preview.context["result"].totals == {
        "new": 0,
        "update": 0,
        "delete": 0,
        "skip": 43,
        "error": 0,
        "invalid": 0,
    }


def test_a_formula_does_not_leave_as_one(editor):
    MigrationScript.objects.filter(number=5).update(staff_note='=HYPERLINK("x")')
    assert read("csv", exported(editor, "csv"))[4]["staff_note"] == '\'=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("number,staff_note\n99,x\n", "The inventory has no script 99."),
        ("number,staff_note\nfive,x\n", "must hold the number of a script"),
        ("number,title\n5,x\n", "The file has no column staff_note: export"),
        ("title,staff_note\nOrders,x\n", "The file has no column number: export"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_words(editor, content, words):
    answer = upload(editor, "csv", content)
    page = text(answer)
    assert words in page
    assert "Traceback" not in page
    assert "confirm_form" not in answer.context
    assert MigrationScript.objects.exclude(staff_note="").count() == 0
