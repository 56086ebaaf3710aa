from catalog.entities.technical.user_preferences import UserPreferenceMigration
from tests.catalog.resolving import causes, migrate

SPEC = UserPreferenceMigration.spec
SETTING = {
    "id": 5,
    "user_id": 8,
    "language_id": 2,
    "timezone": "Asia/Tokyo",
    "email_notifications": False,
    "options": '{"dense": true}',
}


def test_preferences():
    outcome = migrate(SPEC, SETTING, known={"profiles": {8}, "languages": {2}})
    assert outcome.good == [
        {
            "profile": "profiles 8",
            "language": "languages 2",
            "time_zone": "Asia/Tokyo",
            "email_notifications": False,
            "options": {"dense": True},
        }
    ]


def test_preferences_of_nobody_are_refused():
    outcome = migrate(SPEC, SETTING, SETTING | {"id": 6, "user_id": None}, known={"languages": {2}})
    assert causes(outcome) == [("5", "profile", "missing_parent"), ("6", "profile", "required")]


def test_broken_options_and_a_language_that_is_gone_are_noted():
    outcome = migrate(SPEC, SETTING | {"options": "{dense"}, known={"profiles": {8}})
    assert (outcome.good[0]["options"], outcome.good[0]["language"]) == ("{dense", None)
    assert [(r.field, r.rule) for r in outcome.resolved] == [
        ("options", "keep_raw: not_json"),
        ("language", "set_null: missing_parent"),
    ]
