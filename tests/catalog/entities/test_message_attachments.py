from catalog.entities.technical.message_attachments import ListedAttachmentMigration, MessageAttachmentMigration
from tests.catalog.resolving import references

MIGRATED = {"messages": {5}, "files": {30, 31}}


def test_a_file_that_names_its_message():
    (pair,), (rejected,), _ = references(
        MessageAttachmentMigration.spec, MIGRATED, {"id": 30, "record_id": 5}, {"id": 31, "record_id": 6}
    )
    assert pair == {"message": "messages 5", "file": "files 30"}
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("31", "message", "missing_parent")


def test_a_pair_from_the_table_of_pairs():
    (pair,), (rejected,), _ = references(
        ListedAttachmentMigration.spec,
        MIGRATED,
        {"id": 1, "record_id": 5, "file_id": 31},
        {"id": 2, "record_id": 5, "file_id": 32},
    )
    assert pair == {"message": "messages 5", "file": "files 31"}
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("2", "file", "missing_parent")


def test_a_pair_that_both_ways_know_is_made_once():
    sql = str(ListedAttachmentMigration.spec.source.objects.filter(ListedAttachmentMigration.spec.where).query)
    assert "NOT EXISTS" in sql.partition("WHERE")[2]
    assert 'U0."id" = ("dispatch_record_attachments"."file_id")' in sql
    assert 'U0."record_id" = ("dispatch_record_attachments"."record_id")' in sql
    first, second = MessageAttachmentMigration.spec, ListedAttachmentMigration.spec
    assert first.target is second.target and first.name != second.name
