"""The demo's legacy database: the same from the same seed, sound but for its manifest, and never over real data."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections, models

from catalog import registry
from catalog.declare import OnMissing
from legacy import demo
from legacy.demo.counts import FIXED, GROWING
from legacy.demo.defects import DEFECTS
from legacy.demo.expected import ENTITIES
from legacy.demo.places import COUNTRIES, spread
from legacy.demo.store import Store
from tests.databases import plain_connection

SCALE = 0.002
MIRRORS = {model._meta.db_table: model for model in apps.get_app_config("legacy").get_models()}


class Built(NamedTuple):
    """A demo that stands in a schema of its own, on a connection that sees only that schema."""

    db: psycopg.Connection[Any]
    summary: demo.Summary
    manifest: Path

    @property
    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.manifest.read_text(encoding="utf-8").splitlines()]

    def column(self, query: str) -> list[Any]:
        return [row[0] for row in self.db.execute(query).fetchall()]


@pytest.fixture(scope="module")
def schema(django_db_setup: None) -> Iterator[Callable[[str], psycopg.Connection[Any]]]:
    """Makes a schema in the legacy test database, and a connection that works in it."""
    opened = []

    def make(name: str) -> psycopg.Connection[Any]:
        db = plain_connection(connections["legacy"].settings_dict["NAME"])
        db.execute(f"CREATE SCHEMA {name}")
        db.execute(f"SET search_path TO {name}")
        opened.append((name, db))
        return db

    yield make
    for name, db in opened:
        db.execute(f"DROP SCHEMA {name} CASCADE")
        db.close()


@pytest.fixture(scope="module")
def built(schema: Callable[[str], psycopg.Connection[Any]], tmp_path_factory: pytest.TempPathFactory) -> Built:
    db, path = schema("demo"), tmp_path_factory.mktemp("demo") / "manifest.jsonl"
    return Built(db, demo.build(db, scale=SCALE, seed=1, manifest_path=path), path)


def test_every_mirror_has_rows_and_growing_tables_as_many_as_the_scale_says(built: Built):
    assert set(built.summary.rows) == set(MIRRORS)
    assert [table for table, rows in built.summary.rows.items() if not rows] == []
    for name in ("patient", "jaw", "project", "plan", "task", "file", "record", "payment", "operation", "ware"):
        assert built.summary.rows[f"dispatch_{name}"] == GROWING[name].at(SCALE), name
    assert built.column("SELECT count(*) FROM dispatch_instruction WHERE NOT deleted") == [
        GROWING["instruction"].at(SCALE)
    ]
    for name in ("role", "offer", "discount", "template", "template_products", "role_permissions", "category"):
        assert built.summary.rows[f"dispatch_{name}"] == FIXED[name], name


def test_scale_1_has_the_recorded_counts():
    recorded = {
        "patient": 7854,
        "instruction": 23272,
        "task": 768962,
        "file": 294818,
        "payment": 16014,
        "project": 66918,
    }
    assert {name: GROWING[name].at(1) for name in recorded} == recorded
    assert GROWING["patient"].full + GROWING["doctor"].full + FIXED["staff"] == 9117
    assert Counter(country.name for country in spread(896)) == {one.name: one.recorded for one in COUNTRIES}


def test_ids_have_gaps_and_the_recorded_ones_stand(built: Built):
    assert built.column("SELECT max(id) FROM dispatch_patient") == [523_064]
    rows, last = built.db.execute("SELECT count(*), max(id) FROM dispatch_task").fetchone()
    assert last > rows
    types = dict(built.db.execute("SELECT id, model FROM django_content_type WHERE id IN (11, 12, 58)").fetchall())
    assert types == {11: "patient", 12: "plan", 58: "user"}
    names = dict(built.db.execute("SELECT id, name FROM auth_group").fetchall())
    assert {n: names[n] for n in (1, 2, 4, 5, 11)} == {
        **{1: "Patient", 2: "Doctor", 4: "Administrator", 5: "Master", 11: "Technician"}
    }


def test_a_row_made_by_hand_gets_an_id_of_its_own(built: Built):
    with built.db.transaction(force_rollback=True):
        (pk,) = built.db.execute("INSERT INTO dispatch_office_doctors (office_id) VALUES (1) RETURNING id").fetchone()
        (highest,) = built.db.execute("SELECT max(id) FROM dispatch_office_doctors").fetchone()
        assert pk == highest


def test_the_original_scripts_would_fail_as_they_did(built: Built):
    """The recorded failures, found by the joins that the original scripts used; floors apply at this scale."""
    people = """dispatch_patient p JOIN auth_user u ON u.id = p.user_id JOIN auth_user d ON d.id = p.doctor_id
        AND NOT d.is_superuser WHERE p.id = i.patient_id"""
    lost = f"SELECT count(*) FROM dispatch_instruction i WHERE NOT deleted AND NOT EXISTS (SELECT FROM {people})"
    assert built.column(lost) == [8]
    assert built.column(
        "SELECT count(*) FROM dispatch_patient p LEFT JOIN auth_user u ON u.id = user_id WHERE u.id IS NULL"
    ) == [1]
    no_order = "NOT EXISTS (SELECT FROM dispatch_instruction i WHERE i.id = instruction_id)"
    assert built.column(f"SELECT count(*) FROM dispatch_task WHERE {no_order}") == [round(768_962 * SCALE * 0.008268)]
    usable = """EXISTS (SELECT FROM dispatch_instruction i JOIN dispatch_patient p ON p.id = i.patient_id
        JOIN auth_user u ON u.id = p.doctor_id WHERE p.doctor_id = o.doctor_id AND NOT i.deleted)"""
    highest = "count(*), sum(greatest(price_both, price_upper, price_lower))"
    assert built.db.execute(f"SELECT {highest} FROM dispatch_offer o WHERE {usable}").fetchone() == (
        393,
        Decimal("366002.00"),
    )
    discounts = f"dispatch_discount d JOIN dispatch_offer o ON o.id = d.offer_id WHERE {usable}"
    row = built.db.execute(f"SELECT count(*), min(percent), max(percent), sum(percent) FROM {discounts}").fetchone()
    assert row[0] == 135 and row[1] >= 13 and row[2] == 100 and row[3] == 12_000


def foreign_keys() -> list[tuple[str, str, str]]:
    return [
        (table, field.column, field.related_model._meta.db_table)
        for table, model in MIRRORS.items()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
    ]


def test_no_reference_dangles_without_being_in_the_manifest(built: Built):
    planted = {(line["table"], line["legacy_id"].partition(":")[0]) for line in built.lines}
    dangling = {
        (table, str(pk), column)
        for table, column, parent in foreign_keys()
        for pk in built.column(
            f"SELECT id FROM {table} t WHERE {column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT FROM {parent} p WHERE p.id = t.{column})"
        )
    }
    assert len(dangling) > 60
    assert [one for one in sorted(dangling) if one[:2] not in planted] == []


def test_histories_are_consistent(built: Built):
    """Whoever is not in the manifest has an office of the doctor's, and things happen one after the other."""
    planted = [int(line["legacy_id"]) for line in built.lines if line["table"] == "dispatch_patient"]
    strangers = """SELECT id FROM dispatch_patient p WHERE office_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM dispatch_office_doctors o WHERE o.user_id = p.doctor_id AND o.office_id = p.office_id)"""
    assert set(built.column(strangers)) <= set(planted)
    early = {
        "order": """SELECT i.id FROM dispatch_instruction i JOIN dispatch_patient p ON p.id = i.patient_id
            WHERE i.submitted_at < p.submitted_at OR i.updated_at < i.submitted_at""",
        "task": """SELECT t.id FROM dispatch_task t JOIN dispatch_instruction i ON i.id = t.instruction_id
            WHERE t.done_at < i.submitted_at""",
        "patient": """SELECT p.id FROM dispatch_patient p JOIN auth_user d ON d.id = p.doctor_id
            WHERE p.submitted_at < d.date_joined AND d.id <> 71""",
        "payment": """SELECT p.id FROM dispatch_payment p JOIN dispatch_instruction i ON i.id = p.instruction_id
            WHERE p.made_at < i.submitted_at""",
    }
    assert [(what, pk) for what, query in early.items() for pk in built.column(query)] == []
    same = """SELECT count(*) FROM dispatch_plan pl JOIN dispatch_task t ON t.plan_id = pl.id
        AND t.instruction_id = pl.instruction_id"""
    assert built.column(same)[0] > 100


def test_text_is_english_and_japanese_and_usernames_are_unique(built: Built):
    for table, column in (("auth_user", "last_name"), ("dispatch_record", "text"), ("dispatch_office", "name")):
        assert built.column(f"SELECT count(*) > 0 FROM {table} WHERE {column} ~ '[一-龠]'") == [True], table
    assert built.column("SELECT username FROM auth_user WHERE username <> '' GROUP BY 1 HAVING count(*) > 1") == []


def test_every_line_of_the_manifest_is_well_formed_and_its_row_exists(built: Built):
    ids = {table: set(built.column(f"SELECT id::text FROM {table}")) for table in MIRRORS}
    for line in built.lines:
        assert list(line) == ["table", "legacy_id", "kind", "entity", "expect", "stage", "code", "field", "note"]
        assert line["legacy_id"].partition(":")[0] in ids[line["table"]], line
        if line["expect"] == "migrated":
            assert not line["stage"] and not line["code"], line
        else:
            assert line["stage"] in ("transform", "resolve", "load") and line["code"], line
    outcomes = [(line["entity"], line["legacy_id"]) for line in built.lines if line["expect"] == "failed"]
    assert len(outcomes) == len(set(outcomes))
    survivors = {(line["entity"], line["legacy_id"]) for line in built.lines if line["expect"] != "failed"}
    assert survivors & set(outcomes) == set()


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


#: What a value must look like for the code that the manifest promises.
WRONG: dict[str, Callable[[Any], bool]] = {
    "required": lambda value: value is None or not value.strip(),
    "placeholder_text": lambda value: value == "null",
    "not_email": lambda value: value == "null" or "@" not in value,
    "not_json": lambda value: not is_json(value) or isinstance(json.loads(value), dict),
    "invalid_unicode": lambda value: re.search(r"\\u(0000|[dD][89a-fA-F])", value) is not None and is_json(value),
    "too_long": lambda value: len(value) > 10,
    "unmapped_code": lambda value: value in (0, 3, 7, 9, 42, 99),
    "out_of_range": lambda value: str(value)[:4] in ("0001", "2999", "1899", "1025", "-7.2", "887.", "130", "1101"),
}


def test_every_planted_value_is_really_there(built: Built):
    seen = set()
    for line in built.lines:
        table, _, column = line["note"].partition(".")
        if line["expect"] == "migrated" or table not in MIRRORS or not column.isidentifier():
            continue
        (value,) = built.db.execute(
            f'SELECT "{column}" FROM {table} WHERE id = %s', [line["legacy_id"].partition(":")[0]]
        ).fetchone()
        assert WRONG[line["code"]](value), line
        seen.add(line["code"])
    assert seen == set(WRONG)


def test_every_reference_that_the_manifest_calls_broken_is_broken(built: Built):
    parents = {(table, column): parent for table, column, parent in foreign_keys()}
    checked = 0
    for line in built.lines:
        where = re.fullmatch(r"(\w+)\.(\w+) dangles", line["note"])
        if where and where.groups() in parents:
            table, column = where.groups()
            found = built.db.execute(
                f"SELECT t.{column}, p.id FROM {table} t LEFT JOIN {parents[table, column]} p ON p.id = t.{column}"
                " WHERE t.id = %s",
                [line["legacy_id"]],
            ).fetchone()
            assert found[0] is not None and found[1] is None, line
            checked += 1
    assert checked > 40


def test_every_kind_of_defect_is_in_the_manifest(built: Built):
    """A defect that plants nothing would prove nothing."""
    assert len(set(built.summary.defects)) >= len(DEFECTS)
    assert built.summary.defects == dict(sorted(Counter(line["kind"] for line in built.lines).items()))
    assert {line["expect"] for line in built.lines} == {"failed", "resolved", "migrated"}


def test_expectations_follow_the_declarations():
    """Entities, source tables and the fate of each reference; a change of policy has to be made in both places."""
    expected = {
        entity.name: (entity.table, {ref.field: (ref.parent, len(ref.keys), ref.required) for ref in entity.refs})
        for entity in ENTITIES
    }
    declared = {
        spec.name: (
            spec.source._meta.db_table,
            {
                field: (registry.parent(spec, field).name, len(ref.columns), ref.on_missing is OnMissing.FAIL)
                for field, ref in spec.references.items()
                if ref.on_missing is not OnMissing.WAIT
            },
        )
        for spec in registry.specs()
    }
    assert expected == declared


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(built: Built, tmp_path: Path):
    before, manifest = Store(built.db).checksum(), built.manifest.read_bytes()
    again = demo.build(built.db, scale=SCALE, seed=1, manifest_path=built.manifest)
    assert not again.rebuilt and again.rows == built.summary.rows and again.defects == built.summary.defects
    with built.db.transaction(force_rollback=True):
        rebuilt = demo.build(built.db, scale=SCALE, seed=1, manifest_path=tmp_path / "same.jsonl")
        assert rebuilt.rebuilt and Store(built.db).checksum() == before
        assert (tmp_path / "same.jsonl").read_bytes() == manifest
    with built.db.transaction(force_rollback=True):
        demo.build(built.db, scale=SCALE, seed=2, manifest_path=tmp_path / "other.jsonl")
        assert Store(built.db).checksum() != before
    assert Store(built.db).checksum() == before


def test_tables_that_the_builder_did_not_make_are_left_alone(schema: Callable[[str], Any], tmp_path: Path):
    db, path = schema("real"), tmp_path / "manifest.jsonl"
    db.execute("CREATE TABLE dispatch_patient (id int)")
    db.execute("INSERT INTO dispatch_patient VALUES (7)")
    with pytest.raises(demo.DemoError, match="did not make"):
        demo.build(db, scale=SCALE, seed=1, manifest_path=path, force=True)
    assert db.execute("SELECT id FROM dispatch_patient").fetchall() == [(7,)]
    assert db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'real'").fetchone() == (1,)
    assert not path.exists()


def test_a_database_with_an_address_of_its_own_needs_the_option(settings: Any):
    settings.EMBEDDED_DATABASES = {"default": "control"}
    with pytest.raises(CommandError, match="--yes-overwrite"):
        call_command("build_demo_legacy", scale=SCALE)


def test_the_command_refuses_in_one_sentence(django_db_setup: None, django_db_blocker: Any):
    with django_db_blocker.unblock(), pytest.raises(CommandError, match="did not make") as refusal:
        call_command("build_demo_legacy", scale=SCALE)
    connections["legacy"].close()
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("scale", [0, -1, 3])
def test_a_scale_out_of_range_is_refused(built: Built, tmp_path: Path, scale: float):
    with pytest.raises(demo.DemoError, match="scale"):
        demo.build(built.db, scale=scale, seed=1, manifest_path=tmp_path / "manifest.jsonl")
