"""Technicians' roles."""

from django.db.models import Q

from catalog.declare import EntityMigration, Reference
from catalog.evidence import TECHNICIANS
from catalog.target.models import TechnicianRole
from legacy.models import Role


class TechnicianRoleMigration(
    EntityMigration,
    script=37,
    source=Role,
    target=TechnicianRole,
    where=Q(group_id=TECHNICIANS, user_id__isnull=False),
):
    """The technician who holds a role is the role's own user, never some other one."""

    technician = Reference("user_id")
    role = Reference("id")
