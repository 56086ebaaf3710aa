import pytest

from catalog.entities.clinical.tooth_markings import ToothMarkingMigration, marked_teeth
from catalog.transforms import Unfit
from runs.engine.transform import read
from tests.catalog.transforming import NAMESPACE, run

SPEC = ToothMarkingMigration.spec
JAW = {"id": 5, "bond_teeth": "0100000000000002", "extract_teeth": "0100000000000000"}


def test_one_row_for_each_marked_tooth():
    markings, rejected, resolved = run(SPEC, JAW)
    assert (rejected, resolved) == ([], [])
    assert markings == [
        {"marking": "bond", "position": 2, "digit": 1},
        {"marking": "bond", "position": 16, "digit": 2},
        {"marking": "extract", "position": 2, "digit": 1},
    ]


def test_each_row_has_a_legacy_id_of_its_own_and_knows_its_jaw():
    batch, _ = read(SPEC, [tuple(JAW[path] for path in SPEC.paths)], NAMESPACE)
    assert batch.ids == ["5:bond-2", "5:bond-16", "5:extract-2"]
    assert batch.source["id"] == [5, 5, 5]
    assert SPEC.references["jaw"].columns == ("id",)


@pytest.mark.parametrize("bond, extract", [(None, None), ("", "0" * 16), ("0" * 16, None), (" ", "0" * 16)])
def test_masks_that_mark_nothing_give_no_rows(bond: str | None, extract: str | None):
    assert marked_teeth(bond, extract) == []


@pytest.mark.parametrize("mask", ["111", "1" * 17, "01000000000000x0", "٠١٠٠٠٠٠٠٠٠٠٠٠٠٠٠"])
def test_a_damaged_mask_is_refused_because_its_teeth_cannot_be_told(mask: str):
    with pytest.raises(Unfit) as refusal:
        marked_teeth(None, mask)
    assert refusal.value.code == "out_of_range"


def test_a_damaged_mask_leaves_the_other_jaws_alone():
    markings, (rejected,), _ = run(SPEC, JAW | {"id": 6, "bond_teeth": "111"}, JAW)
    assert len(markings) == 3
    assert (rejected.legacy_id, rejected.code) == ("6", "out_of_range")
