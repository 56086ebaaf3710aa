"""Which products may follow a product."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import ProductSuccessor
from legacy.models import ProductSuccessor as LegacyProductSuccessor


class ProductSuccessorMigration(
    EntityMigration, script=36, source=LegacyProductSuccessor, target=ProductSuccessor, match=("product", "successor")
):
    """A product may come after another."""

    product = Reference("from_product_id")
    successor = Reference("to_product_id")
