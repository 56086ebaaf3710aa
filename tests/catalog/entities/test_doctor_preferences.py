from catalog.entities.technical.doctor_preferences import DoctorPreferenceMigration
from tests.catalog.resolving import causes, migrate

SPEC = DoctorPreferenceMigration.spec
SETTING = {"id": 9, "user_id": 7, "clinical_preferences": '{"ipr": false, "メモ": "無し"}'}


def test_preferences():
    outcome = migrate(SPEC, SETTING, known={"doctors": {7}})
    assert outcome.good == [{"doctor": "doctors 7", "clinical_preferences": {"ipr": False, "メモ": "無し"}}]


def test_no_preferences_are_none():
    outcome = migrate(SPEC, SETTING | {"clinical_preferences": ""}, known={"doctors": {7}})
    assert outcome.good == [{"doctor": "doctors 7", "clinical_preferences": None}]
    assert outcome.resolved == []


def test_broken_json_is_kept_as_text_and_noted():
    outcome = migrate(SPEC, SETTING | {"clinical_preferences": "{ipr"}, known={"doctors": {7}})
    assert outcome.good[0]["clinical_preferences"] == "{ipr"
    assert [(r.field, r.rule) for r in outcome.resolved] == [("clinical_preferences", "keep_raw: not_json")]


def test_preferences_need_their_doctor():
    assert causes(migrate(SPEC, SETTING, known={})) == [("9", "doctor", "missing_parent")]
