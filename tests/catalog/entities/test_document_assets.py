import pytest

from catalog.entities.technical.document_assets import DocumentAssetMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run


@pytest.mark.parametrize(
    ("ext", "file_format"), [(".pdf", "pdf"), (".TXT", "text"), ("doc", "word"), (".Docx", "word")]
)
def test_a_document_in_any_spelling(ext, file_format):
    (asset,), rejected, _ = run(DocumentAssetMigration.spec, {"id": 30, "ext": ext})
    assert (asset, rejected) == ({"file_format": file_format}, [])


def test_what_is_no_document_is_refused():
    good, (rejected,), _ = run(DocumentAssetMigration.spec, {"id": 30, "ext": ".jpg"})
    assert (good, rejected.field, rejected.code) == ([], "file_format", "unmapped_code")


def test_a_document_is_a_file():
    (asset,), (rejected,), _ = references(DocumentAssetMigration.spec, {"files": {30}}, {"id": 30}, {"id": 31})
    assert asset == {"file": "files 30"}
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("31", "file", "missing_parent")
