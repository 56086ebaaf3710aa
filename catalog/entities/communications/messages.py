"""Messages: one for every record, whomever or whatever it is about."""

from catalog.content_types import of_type
from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Message
from catalog.transforms import unless_blank
from legacy.models import Record


class MessageMigration(EntityMigration, script=10, source=Record, target=Message):
    """A message or entry. Without text it may still carry files; one that is about anything else than a patient,
    a person or a plan keeps its type and key."""

    type_code = Column("type")
    content = Column("text", unless_blank)
    sender = Reference("author_id", on_missing=OnMissing.SET_NULL)
    recipient_patient = Reference(
        "target_id", when=of_type("target_type", "dispatch", "patient"), on_missing=OnMissing.SET_NULL
    )
    recipient_profile = Reference(
        "target_id", when=of_type("target_type", "auth", "user"), on_missing=OnMissing.SET_NULL
    )
    treatment_plan = Reference(
        "target_id", when=of_type("target_type", "dispatch", "plan"), on_missing=OnMissing.SET_NULL
    )
    target_type = Reference("target_type_id", on_missing=OnMissing.SET_NULL)
    target_key = Column("target_id")
    team = Reference("group_id", on_missing=OnMissing.SET_NULL)
    is_public = Column("public")
    created_at = Column("created_at")
