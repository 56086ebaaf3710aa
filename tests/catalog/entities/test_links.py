from datetime import UTC, datetime

from catalog.entities.technical.links import LinkMigration
from tests.catalog.transforming import run


def test_a_link():
    made = datetime(2018, 1, 8, tzinfo=UTC)
    link = {"id": 1, "name": "", "url": " https://docs.example.com/1 ", "created_at": made}
    (result,), rejected, _ = run(LinkMigration.spec, link)
    assert rejected == []
    assert result == {"name": None, "url": "https://docs.example.com/1", "created_at": made}


def test_a_name_that_does_not_fit_is_refused():
    _, (rejected,), _ = run(LinkMigration.spec, {"id": 1, "name": "x" * 256})
    assert (rejected.field, rejected.code) == ("name", "too_long")
