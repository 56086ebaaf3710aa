"""Templates: what tasks consist of."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Template
from catalog.transforms import blank
from legacy.models import Template as LegacyTemplate


class TemplateMigration(EntityMigration, script=24, source=LegacyTemplate, target=Template):
    """A template, active or not. It has up to three names, and which one is used where is left to the new system."""

    category = Reference("category_id", on_missing=OnMissing.SET_NULL)
    task_name = Column("task_name", blank)
    action_name = Column("action_name", blank)
    text_name = Column("text_name", blank)
    function_name = Column("function", blank)
    status_code = Column("status")
    duration_minutes = Column("duration")
    extensions = Column("extensions", blank)
    is_predefined = Column("predefined")
    is_read_only = Column("read_only")
    has_alerts = Column("alerts")
    is_separate = Column("separate")
