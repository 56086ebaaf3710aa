"""Content types: the kinds of things that generic keys point at."""

from catalog.declare import Column, EntityMigration
from catalog.target.models import ContentType
from catalog.transforms import blank
from legacy.models import ContentType as LegacyContentType


class ContentTypeMigration(
    EntityMigration, script=36, source=LegacyContentType, target=ContentType, match=("app_label", "model")
):
    """A model of the old system by its name. The ids drifted from installation to installation; the names did not."""

    app_label = Column("app_label", blank)
    model = Column("model", blank)
