"""Different ways to the same result."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e import evidence
from tests.e2e.installation import Installation


@pytest.mark.parametrize("size", ["500", "1000"])
def test_page_sizes_give_the_same_outcome_row_by_row(
    size: str, install: Callable[..., Installation], migrated: Installation
):
    other = install()
    other.migrate("--all", "--batch-size", size)
    with other.connection("target") as one, migrated.connection("target") as two:
        assert evidence.differences(evidence.dump(one), evidence.dump(two)) == {}


def test_a_dry_run_foretells_the_real_run_and_leaves_the_target_untouched(
    install: Callable[..., Installation], migrated: Installation
):
    dry = install()
    with dry.connection("target") as db:
        before = evidence.dump(db)
    foretold = dry.migrate("--all", "--dry-run")
    with dry.connection("target") as db:
        assert evidence.differences(before, evidence.dump(db)) == {}

    def told(report: dict) -> list[dict]:
        return [{k: v for k, v in e.items() if k != "seconds"} for e in report["entities"]]

    assert told(foretold) == told(migrated.report)


def test_a_second_installation_makes_the_same_uuids_and_another_namespace_others(
    install: Callable[..., Installation], migrated: Installation
):
    same, different = install(), install(namespace="00000000-1111-4222-8333-444444444444")
    ids = []
    for installation in (migrated, same, different):
        if installation is not migrated:
            installation.migrate("offices")
        with installation.connection("target") as db:
            rows = db.execute("SELECT legacy_id, target_id FROM migration_mappings WHERE entity = 'offices'").fetchall()
            ids.append(dict(rows))
    assert ids[0] == ids[1]
    assert ids[0].keys() == ids[2].keys() and not set(ids[0].values()) & set(ids[2].values())
