"""Events: the calendar entries that are no appointments, because they name no patient or no time."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.entities.clinical.appointments import IS_APPOINTMENT
from catalog.target.models import Event
from catalog.transforms import blank, unless_blank
from legacy.models import Event as LegacyEvent


class EventMigration(EntityMigration, script=40, source=LegacyEvent, target=Event, where=~IS_APPOINTMENT):
    """A calendar entry of an order or of the house, or one whose time was never set.

    None is made up from orders, payments, tasks or messages: what happened is told by those tables themselves.
    """

    patient = Reference("patient_id", on_missing=OnMissing.SET_NULL)
    starts_at = Column("start")
    ends_at = Column("finish")
    order = Reference("instruction_id", on_missing=OnMissing.SET_NULL)
    title = Column("title", blank)
    kind_code = Column("kind")
    notes = Column("notes", unless_blank)
    creator = Reference("creator_id", on_missing=OnMissing.SET_NULL)
    created_at = Column("created_at")
