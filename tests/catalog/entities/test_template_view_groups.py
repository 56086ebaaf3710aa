from catalog.entities.technical.template_view_groups import TemplateViewGroupMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_template_and_team():
    assert_joins(
        TemplateViewGroupMigration.spec, Side("template_id", "templates", "template"), Side("group_id", "teams", "team")
    )
