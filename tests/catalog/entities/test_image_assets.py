import pytest

from catalog.entities.technical.image_assets import ImageAssetMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run


@pytest.mark.parametrize(
    ("ext", "file_format"), [(".jpg", "jpeg"), (".JPG", "jpeg"), (" .Jpeg", "jpeg"), ("PNG", "png"), (".TIF", "tiff")]
)
def test_an_image_in_any_spelling(ext, file_format):
    (asset,), rejected, _ = run(ImageAssetMigration.spec, {"id": 30, "ext": ext})
    assert (asset, rejected) == ({"file_format": file_format}, [])


def test_what_is_no_image_is_refused():
    good, (rejected,), _ = run(ImageAssetMigration.spec, {"id": 30, "ext": ".stl"})
    assert (good, rejected.field, rejected.code) == ([], "file_format", "unmapped_code")


def test_an_image_is_a_file():
    (asset,), (rejected,), _ = references(ImageAssetMigration.spec, {"files": {30}}, {"id": 30}, {"id": 31})
    assert asset == {"file": "files 30"}
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("31", "file", "missing_parent")
