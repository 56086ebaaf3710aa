"""Which roles may see a template's tasks."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import TemplateViewRole
from legacy.models import TemplateViewRole as LegacyTemplateViewRole


class TemplateViewRoleMigration(
    EntityMigration, script=24, source=LegacyTemplateViewRole, target=TemplateViewRole, match=("template", "role")
):
    """A role may look on."""

    template = Reference("template_id")
    role = Reference("role_id")
