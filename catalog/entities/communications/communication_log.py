"""The communication log: the audit trail of what people wrote, whatever its kind.

Three legacy tables fill it, one entity for each. Notifications are not in it: nobody wrote them, and their own
table says already what was sent to whom, and whether it was read.
"""

from catalog.declare import Column, Constant, EntityMigration, OnMissing, Reference
from catalog.target.models import CommunicationLog
from catalog.target.models.codes import CommunicationKind
from legacy.models import Comment as LegacyComment
from legacy.models import Note, Record


class MessageLogMigration(EntityMigration, script=12, source=Record, target=CommunicationLog):
    """A message, with the team that it was meant for and whether it was public. Its roles are communication_roles."""

    kind = Constant(CommunicationKind.MESSAGE)
    message = Reference("id")
    type_code = Column("type")
    author = Reference("author_id", on_missing=OnMissing.SET_NULL)
    team = Reference("group_id", on_missing=OnMissing.SET_NULL)
    is_public = Column("public")
    occurred_at = Column("created_at")


class CommentLogMigration(
    EntityMigration, script=12, source=LegacyComment, target=CommunicationLog, name="communication_log_comments"
):
    """A comment. The old system did not record who might see it."""

    kind = Constant(CommunicationKind.COMMENT)
    comment = Reference("id")
    author = Reference("author_id", on_missing=OnMissing.SET_NULL)
    occurred_at = Column("created_at")


class NoteLogMigration(
    EntityMigration, script=12, source=Note, target=CommunicationLog, name="communication_log_notes"
):
    """A note about a doctor. The old system did not record who might see it."""

    kind = Constant(CommunicationKind.NOTE)
    note = Reference("id")
    author = Reference("author_id", on_missing=OnMissing.SET_NULL)
    occurred_at = Column("created_at")
