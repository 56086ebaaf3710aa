from catalog.entities.business.storages import StorageMigration
from tests.catalog.transforming import run


def test_a_storage():
    (storage,), rejected, _ = run(StorageMigration.spec, {"id": 1, "name": " Main shelf ", "description": "箱 A–Z\n"})
    assert rejected == []
    assert storage == {"name": "Main shelf", "description": "箱 A–Z\n"}


def test_blank_text_is_none():
    (storage,), _, _ = run(StorageMigration.spec, {"id": 1, "name": "", "description": "  "})
    assert storage == {"name": None, "description": None}
