"""Appointments: the calendar entries that name a patient and a time."""

from django.db.models import Q

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Appointment
from catalog.transforms import blank, unless_blank
from legacy.models import Event

#: Each calendar entry is either an appointment or an event, never both.
IS_APPOINTMENT = Q(patient__isnull=False, start__isnull=False)


class AppointmentMigration(EntityMigration, script=39, source=Event, target=Appointment, where=IS_APPOINTMENT):
    """A patient's place in the calendar.

    The calendar is the old system's only schedule. Other rows with a time (tasks, payments, states, submissions) tell
    what happened and keep the time in their own tables: no appointment is made of them.
    """

    patient = Reference("patient_id")
    starts_at = Column("start")
    ends_at = Column("finish")
    order = Reference("instruction_id", on_missing=OnMissing.SET_NULL)
    title = Column("title", blank)
    kind_code = Column("kind")
    notes = Column("notes", unless_blank)
    creator = Reference("creator_id", on_missing=OnMissing.SET_NULL)
    created_at = Column("created_at")
