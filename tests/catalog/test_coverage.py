import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.models import Exists, OuterRef

from catalog.coverage import ColumnCoverage, Coverage, Share, TableCoverage, coverage, explained, restored, snapshot
from catalog.declare import Column
from catalog.models import CoverageSnapshot
from legacy.models import GlobalSetting, Note
from legacy.reader import filled
from tests.catalog.checks.pets import OldOwner, OldPet, OldVisit, owners, pets

UNHEARD_OF = "CREATE TABLE dispatch_unheard_of (id integer)"
COLOUR = "ALTER TABLE dispatch_note ADD COLUMN colour text"


def tables(*specs, whole=None, mirrors=(OldOwner, OldPet, OldVisit)):
    return {table.name: table for table in explained(specs, mirrors, whole or {})}


def test_a_column_is_read_or_left_behind_or_unexplained():
    found = tables(owners(), pets({"data": None}, left_behind={"data": " a reason "}))["old_pet"]
    assert found.columns == (
        ColumnCoverage("id", ("animals",)),
        ColumnCoverage("owner_id", ("animals",)),
        ColumnCoverage("name", ("animals",)),
        ColumnCoverage("age", ("animals",)),
        ColumnCoverage("data", (), "a reason"),
    )
    assert found.unexplained == ()
    assert [column.name for column in found.left_behind] == ["data"]


def test_every_entity_that_reads_a_table_is_named():
    seen = {"seen": Exists(OldVisit.objects.filter(pet=OuterRef("pk")))}
    found = tables(owners(), pets({"kind": Column("owner__name", str), "weight": Column("seen", int)}, annotate=seen))
    assert found["old_owner"].readers == ("animals", "people")
    assert found["old_visit"].readers == ("animals",)
    assert [column.name for column in found["old_visit"].unexplained] == ["id", "chip_id"]


def test_a_table_can_be_left_behind_as_a_whole():
    found = tables(owners(), pets(), whole={OldVisit: "assumed empty"})["old_visit"]
    assert found.reason == "assumed empty"
    assert found.unexplained == ()
    assert {column.reason for column in found.columns} == {"assumed empty"}


def test_the_domain_is_that_of_the_first_script_with_the_table_as_its_source():
    def at(folder, spec, number):
        return replace(spec, script=number, name=f"{folder}{number}", module=f"catalog.entities.{folder}.pets")

    late, early = at("business", pets(), 9), at("clinical", pets(), 3)
    looking = at("technical", pets({"kind": Column("owner__name", str)}), 1)
    found = tables(late, early, looking)
    assert found["old_pet"].domain == "technical"
    assert tables(late, early)["old_pet"].domain == "clinical"
    assert tables(looking)["old_owner"].domain == "technical"
    assert found["old_visit"].domain == "pets"


def test_shares_are_computed_and_never_rounded_up():
    columns = tuple(ColumnCoverage(str(n), ("x",) if n else (), "") for n in range(20_000))
    share = Coverage([TableCoverage("t", "clinical", columns)]).total
    assert share == Share(columns=20_000, explained=19_999, migrated=19_999)
    assert share.explained_percent == 99.99
    assert Coverage([]).total.explained_percent == 100.0


def test_shares_by_domain():
    read, left, forgotten = ColumnCoverage("a", ("x",)), ColumnCoverage("b", (), "why"), ColumnCoverage("c", ())
    found = Coverage(
        [
            TableCoverage("t", "clinical", (read, left)),
            TableCoverage("u", "business", (read, forgotten)),
            TableCoverage("v", "clinical", (read,)),
        ]
    )
    assert found.domains == {"business": Share(2, 1, 1), "clinical": Share(3, 3, 2)}
    assert found.domains["clinical"].migrated_percent == 66.66
    assert found.findings == ["Of table u nothing reads c: migrate it, or leave it behind with a reason."]


def test_a_table_that_nobody_reads_is_one_finding():
    (finding,) = Coverage([TableCoverage("t", "clinical", (ColumnCoverage("a", ()), ColumnCoverage("b", ())))]).findings
    assert finding.startswith("Table t is read by no entity")


def test_nothing_of_the_project_is_unexplained():
    found = coverage(live=False)
    assert found.findings == []
    assert found.total.explained == found.total.columns
    assert all(table.domain in {"business", "clinical", "communications", "technical"} for table in found.tables)


def test_what_was_added_to_the_live_database_is_found(live):
    assert coverage().findings == []
    live.execute(UNHEARD_OF)
    live.execute(COLOUR)
    column, table = coverage().findings
    assert column.startswith("Column dispatch_note.colour (text) has no field in the mirror")
    assert table.startswith("Table dispatch_unheard_of has no mirror")


def test_without_the_live_database_nothing_is_read(django_db_blocker):
    with django_db_blocker.block():
        assert coverage(live=False).unknown == []


def test_values_that_are_left_behind_are_counted(live):
    live.execute("INSERT INTO dispatch_globalsetting (id, access_token, sandbox) VALUES (1, 'x', true), (2, '', NULL)")
    (table,) = (table for table in coverage(values=True).tables if table.name == "dispatch_globalsetting")
    values = {column.name: column.values for column in table.columns}
    assert values["access_token"] == 1
    assert values["application_id"] == 0
    assert values["id"] is None


def test_values_of_a_column_that_is_gone_are_not_counted(live):
    live.execute("ALTER TABLE dispatch_globalsetting RENAME COLUMN access_token TO token")
    try:
        found = coverage(values=True)
    finally:
        live.execute("ALTER TABLE dispatch_globalsetting RENAME COLUMN token TO access_token")
    (table,) = (table for table in found.tables if table.name == "dispatch_globalsetting")
    assert {c.name: c.values for c in table.left_behind} == {
        "access_token": None,
        "application_id": 0,
        "location_id": 0,
    }


def test_filled_counts_what_is_neither_null_nor_empty(live, django_assert_num_queries):
    live.execute(
        "INSERT INTO dispatch_note (id, text, author_id) "
        "VALUES (1, 'a', 7), (2, '', NULL), (3, NULL, 0), (4, ' ', NULL)"
    )
    with django_assert_num_queries(1, using="legacy"):
        assert filled(Note, ["text", "author_id", "id"]) == {"id": 4, "text": 2, "author_id": 2}
    with django_assert_num_queries(0, using="legacy"):
        assert filled(GlobalSetting, []) == {}


def test_a_snapshot_is_plain_data(live):
    found = json.loads(json.dumps(snapshot()))
    assert found["findings"] == []
    assert set(found["domains"]) == {"business", "clinical", "communications", "technical"}
    assert found["total"]["explained_percent"] == 100.0
    (table,) = (table for table in found["tables"] if table["name"] == "dispatch_globalsetting")
    assert table["readers"] == ["global_settings"]
    assert {"name": "id", "readers": ["global_settings"], "reason": "", "values": None} in table["columns"]


def test_a_snapshot_can_be_read_again(live):
    live.execute("INSERT INTO dispatch_globalsetting (id, access_token) VALUES (1, 'x'), (2, '')")
    live.execute(UNHEARD_OF)
    found = coverage(values=True)
    again = restored(json.loads(json.dumps(found.as_dict())))
    assert again.tables == found.tables
    assert again.findings == found.findings
    assert len(again.findings) == 1


def test_rows_are_counted_where_values_are(live):
    live.execute("INSERT INTO dispatch_globalsetting (id) VALUES (1), (2)")
    rows = {table.name: table.rows for table in coverage(values=True).tables}
    assert rows["dispatch_globalsetting"] == 2
    assert rows["dispatch_note"] is None


def told(*args):
    """(exit code, output) of `manage.py coverage`."""
    out = StringIO()
    try:
        call_command("coverage", *args, stdout=out)
    except SystemExit as exit:
        return exit.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_is_content_when_everything_is_explained(live):
    code, text = told()
    assert code == 0
    assert "100.00" in text
    assert "0 findings" in text
    assert "dispatch_instruction" in text
    assert "access_token: A live credential" in text


def test_the_command_tells_findings_first_and_by_its_exit_code(live):
    live.execute(UNHEARD_OF)
    live.execute(COLOUR)
    code, text = told("--values")
    assert code == 2
    assert text.startswith("finding: Column dispatch_note.colour")
    assert "finding: Table dispatch_unheard_of" in text.partition("Columns by domain")[0]
    assert "2 findings" in text
    assert "access_token (0 values)" in text


def test_the_command_as_json(live):
    live.execute(UNHEARD_OF)
    code, text = told("--json")
    assert code == 2
    (finding,) = json.loads(text)["findings"]
    assert "dispatch_unheard_of" in finding


@pytest.mark.django_db(databases=["default", "legacy"])
def test_the_command_stores_a_snapshot_only_when_told_to(live):
    live.execute(UNHEARD_OF)
    live.execute("INSERT INTO dispatch_globalsetting (id, access_token) VALUES (1, 'x')")
    told()
    assert not CoverageSnapshot.objects.exists()
    code, text = told("--save")
    taken = CoverageSnapshot.objects.get()
    assert code == 2
    assert f"Stored as snapshot {taken.pk}." in text
    assert len(taken.data["findings"]) == 1
    (table,) = (table for table in taken.data["tables"] if table["name"] == "dispatch_globalsetting")
    assert {c["name"]: c["values"] for c in table["columns"]}["access_token"] == 1
    assert table["rows"] == 1


@pytest.mark.django_db(databases=["default", "legacy"])
def test_the_stored_snapshot_is_what_is_printed_as_json(live):
    assert json.loads(told("--save", "--json")[1]) == CoverageSnapshot.objects.get().data


@pytest.mark.django_db(databases=["default", "legacy"])
def test_without_the_legacy_database_nothing_is_stored(monkeypatch):
    def refuse(**_):
        raise OperationalError("connection refused")

    monkeypatch.setattr("catalog.coverage.drift", refuse)
    with pytest.raises(CommandError, match="check LEGACY_DATABASE_URL") as refused:
        told("--save")
    assert refused.value.returncode == 3
    assert not CoverageSnapshot.objects.exists()


@pytest.mark.parametrize("reason", [None, ""])
def test_an_empty_reason_explains_nothing(reason):
    found = tables(owners(), pets({"data": None}, left_behind={"data": reason}))["old_pet"]
    assert [column.name for column in found.unexplained] == ["data"]
