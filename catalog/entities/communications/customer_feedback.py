"""Customer feedback: what doctors, who are the laboratory's customers, wrote in messages and comments.

Two legacy tables fill it, one entity for each, so that the record and the comment of one id stay two things. The
cut is that of the original script: authors in the group of doctors, text longer than five characters. What sort of
feedback it is and how grave, nobody recorded.
"""

from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from catalog.declare import Column, EntityMigration, Reference
from catalog.evidence import DOCTORS, in_group
from catalog.target.models import CustomerFeedback
from legacy.models import Comment as LegacyComment
from legacy.models import Record

WRITTEN_BY_A_DOCTOR = Q(in_group(DOCTORS, user="author_id")) & Q(GreaterThan(Length("text"), 5))


class CustomerFeedbackMigration(
    EntityMigration, script=13, source=Record, target=CustomerFeedback, where=WRITTEN_BY_A_DOCTOR
):
    """A message that a doctor wrote. The words are the message's."""

    doctor = Reference("author_id")
    message = Reference("id")
    given_at = Column("created_at")


class CommentFeedbackMigration(
    EntityMigration,
    script=13,
    source=LegacyComment,
    target=CustomerFeedback,
    where=WRITTEN_BY_A_DOCTOR,
    name="customer_feedback_comments",
):
    """A comment that a doctor wrote. The words are the comment's."""

    doctor = Reference("author_id")
    comment = Reference("id")
    given_at = Column("created_at")
