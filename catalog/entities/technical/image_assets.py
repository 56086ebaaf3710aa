"""Image assets: the files that are pictures."""

from catalog.declare import Column, EntityMigration, Reference
from catalog.file_kinds import IMAGES, extension, has_extension
from catalog.target.models import ImageAsset
from catalog.transforms import one_of
from legacy.models import File as LegacyFile


class ImageAssetMigration(
    EntityMigration, script=27, source=LegacyFile, target=ImageAsset, where=has_extension(IMAGES)
):
    """A picture, such as a photograph or an X-ray, known by its extension."""

    file = Reference("id")
    file_format = Column("ext", extension, one_of(IMAGES))
