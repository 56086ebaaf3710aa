"""Releases of the 3D viewer."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import ViewerRelease
from catalog.transforms import blank
from legacy.models import Client3D


class ViewerReleaseMigration(EntityMigration, script=36, source=Client3D, target=ViewerRelease):
    """A release for a platform, and its file."""

    version = Column("version", blank)
    platform = Column("platform", blank)
    file = Reference("file_id", on_missing=OnMissing.SET_NULL)
    created_at = Column("created_at")
