"""What is migrated, and where each field comes from."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogConfig(AppConfig):
    name = "catalog"
    label = "catalog"

    def ready(self) -> None:
        from catalog import checks, repair_checks, rule_checks, validation_checks

        checks.register()
        repair_checks.register()
        rule_checks.register()
        validation_checks.register()
        post_migrate.connect(bring_up_to_date, sender=self)


def bring_up_to_date(*, apps: Any, using: str, **kwargs: Any) -> None:
    """Fills the inventory when its tables have been made; `apps` knows the tables that there are by then."""
    if using == "default" and ("catalog", "migrationscript") in {
        (model._meta.app_label, model._meta.model_name) for model in apps.get_models()
    }:
        from catalog.inventory import sync

        sync()
