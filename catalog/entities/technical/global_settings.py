"""Global settings, without their credentials."""

from catalog.declare import Column, EntityMigration, OnInvalid
from catalog.target.models import GlobalSetting
from catalog.transforms import blank, json_value
from legacy.models import GlobalSetting as LegacyGlobalSetting


class GlobalSettingMigration(
    EntityMigration,
    script=34,
    source=LegacyGlobalSetting,
    target=GlobalSetting,
    left_behind={
        "access_token": "A live credential for payments: whoever runs the new system issues one of its own.",
        "application_id": "Part of the payment provider's credentials, which belong in the new system's environment.",
        "location_id": "Part of the payment provider's credentials, which belong in the new system's environment.",
    },
):
    """The settings of the installation."""

    settings = Column("setting", json_value, on_invalid=OnInvalid.KEEP_RAW)
    version = Column("version", blank)
    is_sandbox = Column("sandbox")
    created_at = Column("created_at")
    updated_at = Column("updated_at")
