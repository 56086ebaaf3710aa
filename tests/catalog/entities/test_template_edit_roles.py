from catalog.entities.technical.template_edit_roles import TemplateEditRoleMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_template_and_role():
    assert_joins(
        TemplateEditRoleMigration.spec, Side("template_id", "templates", "template"), Side("role_id", "roles", "role")
    )
