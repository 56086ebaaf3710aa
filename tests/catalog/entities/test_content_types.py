from catalog.entities.technical.content_types import ContentTypeMigration
from tests.catalog.transforming import run


def test_a_content_type_is_known_by_its_names():
    (result,), rejected, _ = run(ContentTypeMigration.spec, {"id": 11, "app_label": "dispatch", "model": "patient"})
    assert rejected == []
    assert result == {"app_label": "dispatch", "model": "patient"}
    assert ContentTypeMigration.spec.match == ("app_label", "model")


def test_a_content_type_without_a_name_is_refused():
    _, (rejected,), _ = run(ContentTypeMigration.spec, {"id": 12, "app_label": "dispatch", "model": ""})
    assert (rejected.field, rejected.code) == ("model", "required")
