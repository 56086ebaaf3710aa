from catalog.entities.technical.template_view_roles import TemplateViewRoleMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_template_and_role():
    assert_joins(
        TemplateViewRoleMigration.spec, Side("template_id", "templates", "template"), Side("role_id", "roles", "role")
    )
