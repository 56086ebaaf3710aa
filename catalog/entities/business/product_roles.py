"""Which roles work on a product."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import ProductRole
from legacy.models import ProductRole as LegacyProductRole


class ProductRoleMigration(
    EntityMigration, script=36, source=LegacyProductRole, target=ProductRole, match=("product", "role")
):
    """A role works on a product."""

    product = Reference("product_id")
    role = Reference("role_id")
