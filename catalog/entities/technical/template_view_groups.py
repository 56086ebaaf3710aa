"""Which teams may see a template's tasks."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import TemplateViewGroup
from legacy.models import TemplateViewGroup as LegacyTemplateViewGroup


class TemplateViewGroupMigration(
    EntityMigration, script=24, source=LegacyTemplateViewGroup, target=TemplateViewGroup, match=("template", "team")
):
    """A team, the old system's group, may look on."""

    template = Reference("template_id")
    team = Reference("group_id")
