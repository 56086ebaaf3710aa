"""Permissions: what may be allowed."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Permission
from catalog.transforms import blank
from legacy.models import Permission as LegacyPermission


class PermissionMigration(EntityMigration, script=38, source=LegacyPermission, target=Permission):
    """Something that roles and teams may be allowed. The code name says it also where the content type is unknown."""

    codename = Column("codename", blank)
    name = Column("name", blank)
    content_type = Reference("content_type_id", on_missing=OnMissing.SET_NULL)
