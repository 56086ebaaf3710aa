"""Which templates' work comes first."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import TemplatePredecessor
from legacy.models import TemplatePredecessor as LegacyTemplatePredecessor


class TemplatePredecessorMigration(
    EntityMigration,
    script=24,
    source=LegacyTemplatePredecessor,
    target=TemplatePredecessor,
    match=("template", "predecessor"),
):
    """One template waits for another."""

    template = Reference("from_template_id")
    predecessor = Reference("to_template_id")
