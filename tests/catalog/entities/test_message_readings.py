from datetime import UTC, datetime

from catalog.entities.technical.message_readings import MessageReadingMigration
from tests.catalog.resolving import causes, migrate

SPEC = MessageReadingMigration.spec
READ = datetime(2021, 5, 6, tzinfo=UTC)
READING = {"id": 1, "record_id": 30, "user_id": 8, "read_at": READ}


def test_a_reading():
    outcome = migrate(SPEC, READING, known={"messages": {30}, "profiles": {8}})
    assert outcome.good == [{"message": "messages 30", "profile": "profiles 8", "read_at": READ}]


def test_a_reading_needs_message_and_person():
    outcome = migrate(SPEC, READING, READING | {"id": 2, "record_id": 31}, known={"messages": {30}})
    assert causes(outcome) == [("1", "profile", "missing_parent"), ("2", "message", "missing_parent")]
    assert causes(migrate(SPEC, {"id": 3, "user_id": 8}, known={"profiles": {8}})) == [("3", "message", "required")]
