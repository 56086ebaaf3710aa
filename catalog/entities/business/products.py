"""Products: what the laboratory makes, deleted ones too."""

from catalog.declare import Column, EntityMigration, OnInvalid, OnMissing, Reference
from catalog.entities.business.courses import COURSE_TYPE
from catalog.target.models import Product
from catalog.transforms import blank, json_value, one_of, unless_blank
from legacy.models import Product as LegacyProduct


class ProductMigration(EntityMigration, script=6, source=LegacyProduct, target=Product):
    """Something that can be ordered. Free says that it costs nothing; a price list is kept per doctor."""

    name = Column("name", blank)
    description = Column("description", unless_blank)
    course = Reference("course_id", on_missing=OnMissing.SET_NULL)
    product_type = Column("type", one_of(COURSE_TYPE))
    is_free = Column("free")
    is_deleted = Column("deleted")
    is_substitute = Column("substitute")
    customization = Column("customization", json_value, on_invalid=OnInvalid.KEEP_RAW)
