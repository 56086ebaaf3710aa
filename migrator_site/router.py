"""Which database an app lives in: one app, one database."""

from typing import Any

from django.conf import settings

#: App label → database alias. An app that is not named here lives in `default`.
ALIASES = {"legacy": "legacy", "target": "target", "ledger": "target"}


def alias_of(app_label: str) -> str:
    """The alias of the database that holds the app's tables."""
    return ALIASES.get(app_label, "default")


def _identity(alias: str) -> tuple[str, ...]:
    config = settings.DATABASES[alias]
    return tuple(str(config.get(key) or "") for key in ("ENGINE", "HOST", "PORT", "NAME"))


class Router:
    """Sends every query of an app to the app's one database."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return alias_of(model._meta.app_label)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return alias_of(model._meta.app_label)

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return alias_of(one._meta.app_label) == alias_of(other._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Tables are made in the app's own database, and in an alias that means the same database.

        Django keeps one record of applied migrations per database. Where `target` and `default` are one
        database, a migration skipped for one alias would count as applied for the other.
        """
        home = alias_of(app_label)
        return home != "legacy" and (db == home or _identity(db) == _identity(home))
