"""Files: every stored file, with an order or without."""

from catalog.declare import Column, EntityMigration, OnInvalid, OnMissing, Reference
from catalog.target.models import File
from catalog.transforms import json_value, unless_blank
from legacy.models import File as LegacyFile


class FileMigration(EntityMigration, script=25, source=LegacyFile, target=File):
    """A stored file. The message that it hangs on is a message attachment; its contents stay in the file store."""

    uid = Column("uid", unless_blank)
    name = Column("name", unless_blank)
    ext = Column("ext", unless_blank)
    size = Column("size")
    type_code = Column("type")
    status_code = Column("status")
    order = Reference("instruction_id", on_missing=OnMissing.SET_NULL)
    product = Reference("product_id", on_missing=OnMissing.SET_NULL)
    parameters = Column("parameters", json_value, on_invalid=OnInvalid.KEEP_RAW)
    description = Column("description", unless_blank)
    created_at = Column("created_at")
