import pytest

from catalog.entities.clinical.scan_assets import ScanAssetMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run


@pytest.mark.parametrize(("ext", "file_format"), [(".STL", "stl"), ("ply", "ply"), (".dcm", "dicom"), (".dxf", "dxf")])
def test_a_scan_in_any_spelling(ext, file_format):
    (asset,), rejected, _ = run(ScanAssetMigration.spec, {"id": 30, "ext": ext})
    assert (asset, rejected) == ({"file_format": file_format}, [])


def test_an_archive_says_nowhere_whether_it_holds_a_scan():
    good, (rejected,), _ = run(ScanAssetMigration.spec, {"id": 30, "ext": ".zip"})
    assert (good, rejected.field, rejected.code) == ([], "file_format", "unmapped_code")


def test_a_scan_is_a_file():
    (asset,), (rejected,), _ = references(ScanAssetMigration.spec, {"files": {30}}, {"id": 30}, {"id": 31})
    assert asset == {"file": "files 30"}
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("31", "file", "missing_parent")
