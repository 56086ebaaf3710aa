"""Document assets: the files that are there to be read."""

from catalog.declare import Column, EntityMigration, Reference
from catalog.file_kinds import DOCUMENTS, extension, has_extension
from catalog.target.models import DocumentAsset
from catalog.transforms import one_of
from legacy.models import File as LegacyFile


class DocumentAssetMigration(
    EntityMigration, script=28, source=LegacyFile, target=DocumentAsset, where=has_extension(DOCUMENTS)
):
    """A document, known by its extension."""

    file = Reference("id")
    file_format = Column("ext", extension, one_of(DOCUMENTS))
