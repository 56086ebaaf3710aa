"""Agents: partners who act for doctors."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Agent
from catalog.transforms import blank
from legacy.models import Agent as LegacyAgent


class AgentMigration(EntityMigration, script=36, source=LegacyAgent, target=Agent):
    """A partner, with or without an account."""

    profile = Reference("user_id", on_missing=OnMissing.SET_NULL)
    name = Column("name", blank)
    is_active = Column("active")
