from datetime import UTC, datetime

from catalog.entities.technical.viewer_releases import ViewerReleaseMigration
from tests.catalog.resolving import migrate

MADE = datetime(2018, 1, 8, tzinfo=UTC)
RELEASE = {"id": 1, "version": "2.1", "platform": "mac", "file_id": 12, "created_at": MADE}


def test_a_release():
    outcome = migrate(ViewerReleaseMigration.spec, RELEASE, known={"files": {12}})
    assert outcome.good == [{"version": "2.1", "platform": "mac", "file": "files 12", "created_at": MADE}]


def test_a_file_that_is_gone_is_noted():
    outcome = migrate(ViewerReleaseMigration.spec, RELEASE, known={})
    assert outcome.good[0]["file"] is None
    assert [(r.field, r.rule, r.old) for r in outcome.resolved] == [("file", "set_null: missing_parent", "12")]
