"""Doctors' sales people."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import DoctorSalesPerson
from legacy.models import DoctorSettingSales


class DoctorSalesPersonMigration(
    EntityMigration, script=35, source=DoctorSettingSales, target=DoctorSalesPerson, match=("doctor", "sales_person")
):
    """A sales person looks after a doctor, whom the old system knew by the doctor's settings."""

    doctor = Reference("doctorsetting__user_id")
    sales_person = Reference("user_id")
