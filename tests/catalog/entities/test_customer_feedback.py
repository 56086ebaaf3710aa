from datetime import UTC, datetime

from catalog.entities.communications.customer_feedback import CommentFeedbackMigration, CustomerFeedbackMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run

GIVEN = datetime(2023, 5, 2, 8, tzinfo=UTC)
ROW = {"id": 5, "author_id": 40, "created_at": GIVEN}
MIGRATED = {"messages": {5}, "comments": {5}, "doctors": {40}}


def test_the_message_and_the_comment_of_one_id_stay_two_things():
    (message,), _, _ = references(CustomerFeedbackMigration.spec, MIGRATED, ROW)
    (comment,), _, _ = references(CommentFeedbackMigration.spec, MIGRATED, ROW)
    assert message == {"doctor": "doctors 40", "message": "messages 5"}
    assert comment == {"doctor": "doctors 40", "comment": "comments 5"}
    assert CustomerFeedbackMigration.spec.name != CommentFeedbackMigration.spec.name


def test_only_the_time_is_copied_and_nothing_is_guessed():
    for spec in (CustomerFeedbackMigration.spec, CommentFeedbackMigration.spec):
        (values,), rejected, _ = run(spec, ROW)
        assert (values, rejected) == ({"given_at": GIVEN}, [])


def test_feedback_of_a_doctor_who_was_not_migrated_is_a_failure():
    good, (rejected,), _ = references(CustomerFeedbackMigration.spec, MIGRATED, ROW | {"author_id": 41})
    assert (good, rejected.field, rejected.code) == ([], "doctor", "missing_parent")


def test_in_scope_is_what_doctors_wrote_at_some_length():
    for spec in (CustomerFeedbackMigration.spec, CommentFeedbackMigration.spec):
        sql = str(spec.source.objects.filter(spec.where).query)
        assert '"group_id" = 2' in sql
        assert f'LENGTH("{spec.source._meta.db_table}"."text") > 5' in sql
