"""Order files: which files belong to which order."""

from catalog.declare import Column, EntityMigration, Reference
from catalog.scope import has_key
from catalog.target.models import OrderFile
from legacy.models import File as LegacyFile


class OrderFileMigration(
    EntityMigration,
    script=21,
    source=LegacyFile,
    target=OrderFile,
    where=has_key("instruction_id"),
    match=("order", "file"),
):
    """A file of an order. The type's code is kept: scripts read 6 to 8 as scans, images or treatment plans."""

    order = Reference("instruction_id")
    file = Reference("id")
    type_code = Column("type")
