from catalog.entities.business.product_successors import ProductSuccessorMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_product_and_successor():
    assert_joins(
        ProductSuccessorMigration.spec,
        Side("from_product_id", "products", "product"),
        Side("to_product_id", "products", "successor"),
    )
