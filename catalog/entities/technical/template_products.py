"""Which products' making includes a template."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import TemplateProduct
from legacy.models import TemplateProduct as LegacyTemplateProduct


class TemplateProductMigration(
    EntityMigration, script=24, source=LegacyTemplateProduct, target=TemplateProduct, match=("template", "product")
):
    """A template belongs to a product, deleted products included."""

    template = Reference("template_id")
    product = Reference("product_id")
