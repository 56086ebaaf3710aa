from catalog.entities.communications.communication_roles import CommunicationRoleMigration
from tests.catalog.resolving import references


def test_a_role_hangs_on_the_log_entry_of_the_message_not_of_the_comment_with_the_same_id():
    migrated = {"communication_log": {5}, "communication_log_comments": {5, 6}, "roles": {2}}
    good, (rejected,), _ = references(
        CommunicationRoleMigration.spec,
        migrated,
        {"id": 1, "record_id": 5, "role_id": 2},
        {"id": 2, "record_id": 6, "role_id": 2},
    )
    assert good == [{"communication": "communication_log 5", "role": "roles 2"}]
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("2", "communication", "missing_parent")


def test_a_role_that_is_gone_is_a_failure():
    good, (rejected,), _ = references(
        CommunicationRoleMigration.spec, {"communication_log": {5}}, {"id": 1, "record_id": 5, "role_id": 2}
    )
    assert (good, rejected.field, rejected.code) == ([], "role", "missing_parent")
