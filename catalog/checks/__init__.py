"""Django system checks over the declarations: what is wrong with one is found before any run.

Ids are stable: catalog.E00x files, E01x the target's side, E02x the legacy side, E03x coverage, E04x references;
W instead of E only warns. Every finding has a hint that says what to write.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import Error as DatabaseError

from catalog import entities
from catalog.checks import references, sources, tables, targets
from catalog.checks.modules import load
from catalog.checks.rules import RULES, World, findings
from catalog.coverage import UNKNOWN
from catalog.left_behind import TABLES
from legacy.schema import drift

__all__ = ["RULES", "World", "findings", "load", "readable", "references", "register", "sources", "tables", "targets"]


def register() -> None:
    """Makes the checks part of `manage.py check`."""
    checks.register(declarations, "catalog")
    checks.register(live_schema, checks.Tags.database)


def readable(app_configs: Any) -> bool:
    """Whether what builds on the declarations can be checked: it is asked for, and each of them can be imported."""
    return _asked(app_configs) and not load(entities)[1]


def _asked(app_configs: Any) -> bool:
    return app_configs is None or "catalog" in {config.label for config in app_configs}


def declarations(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """What is wrong with the declarations in `catalog.entities`."""
    if not _asked(app_configs):
        return []
    specs, wrong = load(entities)
    if wrong:
        # Beside modules that cannot be read, what the readable ones leave out means nothing.
        return [*wrong, *findings(World(specs), [rule for rule in RULES if rule.alone])]
    mirrors = list(apps.get_app_config("legacy").get_models())
    return findings(World(specs, mirrors, list(apps.get_app_config("target").get_models()), TABLES))


def live_schema(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """With `manage.py check --database legacy`: tables and columns that no mirror describes."""
    if not databases or "legacy" not in databases:
        return []
    try:
        found = drift()
    except DatabaseError as error:
        return [
            checks.Error(
                f"The legacy database does not answer ({type(error).__name__}).",
                hint="Check LEGACY_DATABASE_URL and that the server runs.",
                id="catalog.E060",
            )
        ]
    return [
        checks.Warning(
            one.message.partition(": ")[0] + ".", hint=one.message.partition(": ")[2], obj=one.table, id="catalog.W061"
        )
        for one in found
        if one.kind in UNKNOWN
    ]
