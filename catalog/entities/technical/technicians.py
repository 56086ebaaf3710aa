"""Technicians: the users in the old system's group of technicians."""

from django.db.models import Q

from catalog.declare import Column, EntityMigration, Reference
from catalog.evidence import TECHNICIANS, in_group
from catalog.target.models import Technician
from catalog.transforms import blank
from legacy.models import User


class TechnicianMigration(EntityMigration, script=37, source=User, target=Technician, where=Q(in_group(TECHNICIANS))):
    """Someone who makes things in the laboratory. The user name is the employee number that people know."""

    profile = Reference("id")
    employee_number = Column("username", blank)
    is_active = Column("is_active")
    joined_at = Column("date_joined")
