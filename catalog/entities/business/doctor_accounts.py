"""Doctors' accounts: credit, tier and agreements."""

from catalog.declare import Column, EntityMigration, Reference
from catalog.target.models import DoctorAccount
from catalog.transforms import blank, money
from legacy.models import DoctorSetting


class DoctorAccountMigration(EntityMigration, script=19, source=DoctorSetting, target=DoctorAccount):
    """The commercial part of a doctor's settings; the clinical part becomes the doctor's preferences."""

    doctor = Reference("user_id")
    credit = Column("credit", money)
    has_promised_payment = Column("promised_payment")
    is_company_account = Column("company_account")
    square_customer_id = Column("sq_customer_id", blank)
    tier_code = Column("tier_type")
    tier_until = Column("tier_finish")
    installment_payments = Column("installment_payments")
    baa_agreed_at = Column("baa_agreed_at")
    eula_agreed_at = Column("eula_agreed_at")
