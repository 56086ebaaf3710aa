import pytest

from catalog.entities.communications.communication_log import CommentLogMigration, MessageLogMigration, NoteLogMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run


def test_a_message_in_the_log_says_who_may_see_it():
    row = {"id": 5, "type": 8, "public": True, "author_id": 40, "group_id": 11}
    (entry,), rejected, _ = run(MessageLogMigration.spec, row)
    assert entry == {"kind": "message", "type_code": 8, "is_public": True, "occurred_at": None}
    migrated = {"messages": {5}, "profiles": {40}, "teams": {11}}
    (entry,), rejected_references, _ = references(MessageLogMigration.spec, migrated, row)
    assert entry == {"message": "messages 5", "author": "profiles 40", "team": "teams 11"}
    assert rejected == rejected_references == []


@pytest.mark.parametrize(
    ("spec", "kind", "parent"),
    [
        (MessageLogMigration.spec, "message", "messages"),
        (CommentLogMigration.spec, "comment", "comments"),
        (NoteLogMigration.spec, "note", "doctor_notes"),
    ],
)
def test_an_entry_needs_what_it_points_at(spec, kind, parent):
    (values, _), _, _ = run(spec, {"id": 5}, {"id": 6})
    assert values["kind"] == kind
    (entry,), (rejected,), _ = references(spec, {parent: {5}}, {"id": 5}, {"id": 6})
    assert entry[kind] == f"{parent} 5"
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("6", kind, "missing_parent")


def test_an_author_who_is_gone_stays_open():
    for spec, parent in ((CommentLogMigration.spec, "comments"), (NoteLogMigration.spec, "doctor_notes")):
        (entry,), rejected, (resolved,) = references(spec, {parent: {5}}, {"id": 5, "author_id": 41})
        assert (entry["author"], rejected) == (None, [])
        assert (resolved.field, resolved.old) == ("author", "41")


def test_the_three_entities_fill_one_table_under_names_of_their_own():
    logs = [MessageLogMigration.spec, CommentLogMigration.spec, NoteLogMigration.spec]
    assert {spec.target._meta.db_table for spec in logs} == {"communication_log"}
    assert [spec.name for spec in logs] == [
        "communication_log",
        "communication_log_comments",
        "communication_log_notes",
    ]
