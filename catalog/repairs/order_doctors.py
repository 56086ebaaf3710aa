"""Orders' doctors: the predecessor wrote a profile's UUID where the doctor's belongs."""

from catalog.entities.clinical.orders import OrderMigration
from catalog.repair import Repair


class OrderDoctorRepair(Repair, script=41, name="repair_order_doctors", entity=OrderMigration, fields=("doctor",)):
    """Every order whose doctor is no doctor gets the doctor of the legacy patient.

    An order whose legacy patient has no doctor loses the wrong one. An order whose doctor was not migrated becomes a
    failed record and keeps what it has.
    """
