"""Offices: every practice, also those that the old system had marked as not valid."""

from catalog.declare import Column, EntityMigration, OnInvalid
from catalog.target.models import Office
from catalog.transforms import between, blank, not_placeholder, number, numbered
from legacy.models import Office as LegacyOffice


class OfficeMigration(EntityMigration, script=1, source=LegacyOffice, target=Office, match=("office_number",)):
    """A practice or clinic. Text is kept as people wrote it: phones and postcodes of ten countries follow no rule."""

    office_number = Column("id", numbered("OFF-"))
    name = Column("name", not_placeholder, blank, on_invalid=OnInvalid.SET_NULL)
    address = Column("address", blank)
    apartment = Column("apt", blank)
    city = Column("city", blank)
    state = Column("state", blank)
    zip_code = Column("zip", blank)
    country = Column("country", blank)
    phone = Column("phone", blank)
    tax_percent = Column("tax_rate", number, between(0, 100), on_invalid=OnInvalid.SET_NULL)
    square_customer_id = Column("sq_customer_id", blank)
    is_active = Column("valid")
    email_notifications = Column("emails")
