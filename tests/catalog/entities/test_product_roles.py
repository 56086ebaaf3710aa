from catalog.entities.business.product_roles import ProductRoleMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_product_and_role():
    assert_joins(ProductRoleMigration.spec, Side("product_id", "products", "product"), Side("role_id", "roles", "role"))
