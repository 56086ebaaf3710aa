"""Who has read which message."""

from catalog.declare import Column, EntityMigration, Reference
from catalog.target.models import MessageReading
from legacy.models import Reading


class MessageReadingMigration(EntityMigration, script=36, source=Reading, target=MessageReading):
    """A person has read a message; who or what, and when."""

    message = Reference("record_id")
    profile = Reference("user_id")
    read_at = Column("read_at")
