"""Scan assets: the files that hold scans and three-dimensional models."""

from catalog.declare import Column, EntityMigration, Reference
from catalog.file_kinds import SCANS, extension, has_extension
from catalog.target.models import ScanAsset
from catalog.transforms import one_of
from legacy.models import File as LegacyFile


class ScanAssetMigration(EntityMigration, script=30, source=LegacyFile, target=ScanAsset, where=has_extension(SCANS)):
    """A scan or model, known by its extension. Archives may hold scans too, but say so nowhere: they stay files."""

    file = Reference("id")
    file_format = Column("ext", extension, one_of(SCANS))
