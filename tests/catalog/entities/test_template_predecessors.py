from catalog.entities.technical.template_predecessors import TemplatePredecessorMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_template_and_predecessor():
    assert_joins(
        TemplatePredecessorMigration.spec,
        Side("from_template_id", "templates", "template"),
        Side("to_template_id", "templates", "predecessor"),
    )
