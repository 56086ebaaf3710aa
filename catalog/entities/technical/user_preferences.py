"""Users' preferences."""

from catalog.declare import Column, EntityMigration, OnInvalid, OnMissing, Reference
from catalog.target.models import UserPreference
from catalog.transforms import blank, json_value
from legacy.models import UserSetting


class UserPreferenceMigration(EntityMigration, script=35, source=UserSetting, target=UserPreference):
    """How a person wants to use the system. An unknown language is no reason to lose the rest."""

    profile = Reference("user_id")
    language = Reference("language_id", on_missing=OnMissing.SET_NULL)
    time_zone = Column("timezone", blank)
    email_notifications = Column("email_notifications")
    options = Column("options", json_value, on_invalid=OnInvalid.KEEP_RAW)
