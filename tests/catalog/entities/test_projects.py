from datetime import UTC, datetime

import pytest

from catalog.entities.technical.projects import ProjectMigration
from tests.catalog.transforming import run

MADE = datetime(2024, 3, 1, 9, tzinfo=UTC)
PROJECT = {
    "id": 8,
    "name": " 設計 8 ",
    "type": 3,
    "status": 0,
    "uid": "9f3c",
    "size": 5_000_000_000,
    "public": False,
    "created_at": MADE,
}


def test_a_project():
    (project,), rejected, resolved = run(ProjectMigration.spec, PROJECT)
    assert (rejected, resolved) == ([], [])
    assert project == {
        "name": "設計 8",
        "project_type": "treatment_plan",
        "status": "draft",
        "file_uid": "9f3c",
        "file_size_bytes": 5_000_000_000,
        "is_public": False,
        "created_at": MADE,
    }


@pytest.mark.parametrize(
    "code, meaning",
    [
        (0, "stl_upper"),
        (1, "stl_lower"),
        (2, "clinical_photo"),
        (4, "xray"),
        (5, "cbct_scan"),
        (10, "simulation"),
        (11, "aligner_design"),
        (None, None),
    ],
)
def test_types(code: int | None, meaning: str | None):
    (project,), _, _ = run(ProjectMigration.spec, PROJECT | {"type": code})
    assert project["project_type"] == meaning


@pytest.mark.parametrize("code, meaning", [(1, "in_progress"), (2, "completed"), (3, "archived"), (None, None)])
def test_statuses(code: int | None, meaning: str | None):
    (project,), _, _ = run(ProjectMigration.spec, PROJECT | {"status": code})
    assert project["status"] == meaning


def test_a_project_without_a_name_has_none():
    (project,), _, _ = run(ProjectMigration.spec, PROJECT | {"name": ""})
    assert project["name"] is None


def test_unknown_codes_are_refused():
    good, rejected, _ = run(ProjectMigration.spec, PROJECT | {"type": 7}, PROJECT | {"id": 9, "status": 4})
    assert good == []
    assert [(r.legacy_id, r.field, r.code) for r in rejected] == [
        ("8", "project_type", "unmapped_code"),
        ("9", "status", "unmapped_code"),
    ]
