"""Comments: what people wrote in discussions."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Comment
from catalog.transforms import unless_blank
from legacy.models import Comment as LegacyComment


class CommentMigration(EntityMigration, script=11, source=LegacyComment, target=Comment):
    """A remark. It says something, or it is none; who said it may be unknown."""

    content = Column("text", unless_blank)
    author = Reference("author_id", on_missing=OnMissing.SET_NULL)
    created_at = Column("created_at")
