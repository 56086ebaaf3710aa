"""Languages of the user interface."""

from catalog.declare import Column, EntityMigration
from catalog.target.models import Language
from catalog.transforms import blank
from legacy.models import Language as LegacyLanguage


class LanguageMigration(EntityMigration, script=36, source=LegacyLanguage, target=Language, match=("code",)):
    """A language by its code."""

    code = Column("code", blank)
    name = Column("name", blank)
