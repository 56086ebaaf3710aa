"""Notifications: every message that the old system generated, sent or not."""

from catalog.content_types import of_type
from catalog.declare import Column, EntityMigration, OnInvalid, OnMissing, Reference
from catalog.target.models import Notification
from catalog.transforms import blank, json_value
from legacy.models import Notification as LegacyNotification


class NotificationMigration(EntityMigration, script=14, source=LegacyNotification, target=Notification):
    """A generated message to a person. An item that is no order, patient or plan keeps its type and key."""

    recipient = Reference("recipient_id")
    sender = Column("sender", blank)
    template_name = Column("template_name", blank)
    context = Column("template_context", json_value, on_invalid=OnInvalid.KEEP_RAW)
    item_type = Reference("item_type_id", on_missing=OnMissing.SET_NULL)
    item_key = Column("item_id")
    order = Reference("item_id", when=of_type("item_type", "dispatch", "instruction"), on_missing=OnMissing.SET_NULL)
    patient = Reference("item_id", when=of_type("item_type", "dispatch", "patient"), on_missing=OnMissing.SET_NULL)
    treatment_plan = Reference("item_id", when=of_type("item_type", "dispatch", "plan"), on_missing=OnMissing.SET_NULL)
    is_to_be_sent = Column("send")
    is_sent = Column("sent")
    is_read = Column("read")
    created_at = Column("created_at")
