"""Communication roles: which roles a message was meant for."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import CommunicationRole
from legacy.models import RecordRole


class CommunicationRoleMigration(
    EntityMigration, script=12, source=RecordRole, target=CommunicationRole, match=("communication", "role")
):
    """A message, as an entry of the communication log, and a role that it was meant for."""

    communication = Reference("record_id", to="communication_log")
    role = Reference("role_id")
