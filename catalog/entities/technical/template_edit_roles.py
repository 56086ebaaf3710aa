"""Which roles may work on a template's tasks."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import TemplateEditRole
from legacy.models import TemplateEditRole as LegacyTemplateEditRole


class TemplateEditRoleMigration(
    EntityMigration, script=24, source=LegacyTemplateEditRole, target=TemplateEditRole, match=("template", "role")
):
    """A role may edit."""

    template = Reference("template_id")
    role = Reference("role_id")
