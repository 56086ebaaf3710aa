"""The main job on the demo's legacy database, proved by plain SQL and by the list of planted defects."""

from __future__ import annotations

import json

from catalog.registry import specs
from runs.services import chosen
from tests.e2e import evidence
from tests.e2e.installation import Installation


def test_every_entity_balances(migrated: Installation):
    assert [e["entity"] for e in migrated.report["entities"]] == [one.name for one in chosen(everything=True)]
    assert {e["entity"]: e["balance"] for e in migrated.report["entities"] if e["balance"] != 0} == {}


def test_every_planted_defect_ended_as_planned_and_no_other_row_failed(migrated: Installation):
    planned = evidence.manifest(migrated.data_dir / "demo_manifest.jsonl")
    with migrated.connection("target") as db:
        failed, resolved = evidence.failed(db), evidence.resolved(db)
        arrived = set(db.execute("SELECT entity, legacy_id FROM migration_mappings").fetchall())
    expected = {(p["entity"], p["legacy_id"], p["stage"], p["code"]) for p in planned if p["expect"] == "failed"}
    assert sorted(failed - expected)[:20] == [], "failed without being planned"
    assert sorted(expected - failed)[:20] == [], "planned to fail, and did not"
    settled = {(p["entity"], p["legacy_id"], p["field"], p["code"]) for p in planned if p["expect"] == "resolved"}
    assert sorted(resolved - settled)[:20] == [], "resolved without being planned"
    assert sorted(settled - resolved)[:20] == [], "planned to be resolved, and was not"
    unharmed = {(p["entity"], p["legacy_id"]) for p in planned if p["expect"] == "migrated"}
    assert sorted(unharmed - arrived)[:20] == [], "planned to arrive, and did not"


def test_each_legacy_row_ended_in_exactly_one_place(migrated: Installation):
    with migrated.connection("target") as target, migrated.connection("legacy") as legacy:
        for spec in specs():
            keys = {str(key) for (key,) in legacy.execute(f'SELECT id FROM "{spec.source._meta.db_table}"').fetchall()}
            mapped, failed = (
                [
                    i.partition(":")[0] if spec.each else i
                    for (i,) in target.execute(f"SELECT legacy_id FROM {table} WHERE entity = %s", [spec.name])
                ]
                for table in ("migration_mappings", "migration_failed_records")
            )
            assert set(mapped) | set(failed) <= keys, f"{spec.name}: a record without a legacy row"
            if spec.each:
                continue
            assert len(mapped) == len(set(mapped)) and len(failed) == len(set(failed)), spec.name
            assert not set(mapped) & set(failed), f"{spec.name}: mapped and failed"
            if spec.where is None:
                assert set(mapped) | set(failed) == keys, f"{spec.name}: a legacy row is nowhere"


def test_mappings_and_target_rows_are_each_others_image(migrated: Installation):
    with migrated.connection("target") as db:
        for spec in specs():
            table = spec.target._meta.db_table
            same = [s.name for s in specs() if s.target is spec.target]
            (strays,) = db.execute(
                f"""
                SELECT count(*) FROM (SELECT target_id FROM migration_mappings WHERE entity = ANY (%s)) m
                FULL JOIN "{table}" t ON t.id = m.target_id WHERE t.id IS NULL OR m.target_id IS NULL
                """,
                [same],
            ).fetchone()
            assert strays == 0, f"{spec.name}: rows without a mapping or mappings without a row"


def test_every_reference_points_to_the_row_that_the_legacy_key_means(migrated: Installation):
    with migrated.connection("target") as target, migrated.connection("legacy") as legacy:
        patients = dict(legacy.execute("SELECT id::text, patient_id::text FROM dispatch_instruction").fetchall())
        rows = target.execute(
            """
            SELECT m.legacy_id, p.legacy_id FROM migration_mappings m JOIN orders o ON o.id = m.target_id
            JOIN migration_mappings p ON p.entity = 'patients' AND p.target_id = o.patient_id
            WHERE m.entity = 'orders'
            """
        ).fetchall()
    assert len(rows) > 100
    assert [order for order, patient in rows if patients[order] != patient] == []


def test_validation_finds_nothing_but_what_the_legacy_data_brought(migrated: Installation):
    done = migrated.manage("validate_entity", "--all", "--json")
    assert done.returncode == 0, done.stdout[-2000:]
    report = json.loads(done.stdout)
    assert len(report["entities"]) == len(specs())
    assert {finding["severity"] for finding in report["findings"]} == {"info"}
    told = {finding["check"] for finding in report["findings"]}
    assert told <= {"references", "lossy", "invariants", "money"}


def test_every_script_but_the_differential_one_is_complete(migrated: Installation):
    scripts = json.loads(migrated.manage("migration_scripts", "--json").stdout)
    left = {one["number"]: one["status"] for one in scripts if not one["status"].startswith("complete")}
    assert len(scripts) == 43 and left == {43: "not_started"}


def test_money_is_exact(migrated: Installation):
    with migrated.connection("target") as target, migrated.connection("legacy") as legacy:
        arrived = [
            int(i) for (i,) in target.execute("SELECT legacy_id FROM migration_mappings WHERE entity = 'orders'")
        ]
        (before,) = legacy.execute(
            "SELECT sum(price) FROM dispatch_instruction WHERE id = ANY (%s)", [arrived]
        ).fetchone()
        (after,) = target.execute("SELECT sum(amount) FROM orders").fetchone()
    assert before == after and after > 0


def test_a_second_run_changes_nothing_and_says_so(migrated: Installation):
    with migrated.connection("target") as db:
        before = evidence.dump(db)
    again = migrated.manage("migrate_entity", "--all")
    assert again.returncode == 2
    with migrated.connection("target") as db:
        assert evidence.differences(before, evidence.dump(db)) == {}
    report = migrated.migrate("orders", "patients")
    assert [(e["created"], e["matched"]) for e in report["entities"]] == [(0, 0), (0, 0)]
    assert all(e["unchanged"] > 0 for e in report["entities"])
