from datetime import UTC, datetime

from catalog.entities.technical.instances import InstanceMigration
from tests.catalog.transforming import run


def test_an_instance():
    made = datetime(2018, 1, 8, tzinfo=UTC)
    instance = {"id": 1, "name": "lab-1", "url": "https://lab1.example.com", "version": " ", "created_at": made}
    (result,), rejected, _ = run(InstanceMigration.spec, instance)
    assert rejected == []
    assert result == {"name": "lab-1", "url": "https://lab1.example.com", "version": None, "created_at": made}


def test_a_version_that_does_not_fit_is_refused():
    _, (rejected,), _ = run(InstanceMigration.spec, {"id": 1, "version": "4" * 65})
    assert (rejected.field, rejected.code) == ("version", "too_long")
