"""Treatment discussions: which plan a comment is about."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import TreatmentDiscussion
from legacy.models import Comment as LegacyComment


class TreatmentDiscussionMigration(EntityMigration, script=11, source=LegacyComment, target=TreatmentDiscussion):
    """A comment in the discussion of a plan. A comment whose plan is gone is still a comment, but discusses nothing."""

    comment = Reference("id")
    treatment_plan = Reference("plan_id")
