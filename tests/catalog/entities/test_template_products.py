from catalog.entities.technical.template_products import TemplateProductMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_template_and_product():
    assert_joins(
        TemplateProductMigration.spec,
        Side("template_id", "templates", "template"),
        Side("product_id", "products", "product"),
    )
