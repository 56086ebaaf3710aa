from catalog.entities.technical.languages import LanguageMigration
from tests.catalog.transforming import run


def test_a_language():
    (language,), rejected, _ = run(LanguageMigration.spec, {"id": 2, "code": "ja ", "name": "日本語"})
    assert rejected == []
    assert language == {"code": "ja", "name": "日本語"}


def test_a_language_without_a_code_is_refused():
    _, (rejected,), _ = run(LanguageMigration.spec, {"id": 2, "code": "", "name": "日本語"})
    assert (rejected.field, rejected.code) == ("code", "required")
