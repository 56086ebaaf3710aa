"""Clients: customers who are not doctors."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Client
from catalog.transforms import blank
from legacy.models import Client as LegacyClient


class ClientMigration(EntityMigration, script=36, source=LegacyClient, target=Client):
    """A customer, with or without an account."""

    profile = Reference("user_id", on_missing=OnMissing.SET_NULL)
    name = Column("name", blank)
    is_active = Column("active")
    created_at = Column("created_at")
