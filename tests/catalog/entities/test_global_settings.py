from datetime import UTC, datetime

from catalog.entities.technical.global_settings import GlobalSettingMigration
from tests.catalog.transforming import run

SPEC = GlobalSettingMigration.spec
SETTING = {
    "id": 1,
    "setting": '{"theme": "light", "holiday": "正月"}',
    "version": "4.12.3",
    "sandbox": False,
    "created_at": datetime(2018, 1, 8, tzinfo=UTC),
}


def test_the_settings():
    (setting,), rejected, resolved = run(SPEC, SETTING)
    assert (rejected, resolved) == ([], [])
    assert setting == {
        "settings": {"theme": "light", "holiday": "正月"},
        "version": "4.12.3",
        "is_sandbox": False,
        "created_at": datetime(2018, 1, 8, tzinfo=UTC),
        "updated_at": None,
    }


def test_text_that_is_no_json_is_kept_and_noted():
    (setting,), _, (resolved,) = run(SPEC, SETTING | {"setting": "theme=light"})
    assert setting["settings"] == "theme=light"
    assert (resolved.field, resolved.rule) == ("settings", "keep_raw: not_json")


def test_credentials_are_never_read():
    credentials = {"access_token", "application_id", "location_id"}
    assert credentials.isdisjoint(SPEC.paths)
    assert set(SPEC.left_behind) == credentials
