"""What has to hold before the first row is read. All that does not is said at once, each with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import Error, connections

from catalog.columns import used
from catalog.declare import Spec
from catalog.work import Work, needs, reads
from legacy.schema import Drift, Kind, drift
from runs import sql
from runs.ledger.models import Page
from runs.models import EntityRun, Run
from runs.states import FINISHED

#: Drifts that a column in use cannot live with.
FATAL = (Kind.MISSING_TABLE, Kind.MISSING_COLUMN, Kind.CHANGED_TYPE)

VARIABLES = {"default": "DATABASE_URL", "legacy": "LEGACY_DATABASE_URL", "target": "TARGET_DATABASE_URL"}


def problems(chosen: Sequence[Work]) -> list[str]:
    """Why these entities, repairs and validations cannot be carried out, a sentence for each reason."""
    read = [spec for one in chosen for spec in reads(one)]
    return unreachable() or _missing_tables(read) or [*_drifted(read), *_without_parents(chosen)]


def warnings(chosen: Sequence[Work]) -> list[str]:
    """Drifts that stop nothing but that somebody should know: columns and tables that no mirror describes."""
    tables = {field.model._meta.db_table for one in chosen for spec in reads(one) for field in used(spec)}
    return [d.message for d in drift() if d.kind not in FATAL and (d.kind is Kind.EXTRA_TABLE or d.table in tables)]


def unreachable() -> list[str]:
    """Which of the three databases do not answer, a sentence for each."""
    return [sentence for alias in VARIABLES for sentence in _unreachable(alias)]


def _unreachable(alias: str) -> Iterable[str]:
    connection = connections[alias]
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        place = connection.settings_dict
        where = f"{place['NAME']!r} at {place['HOST'] or 'this machine'}"
        yield (
            f"The database {alias!r} ({where}) does not answer ({type(error).__name__}): "
            f"check {VARIABLES[alias]} and that the server runs."
        )


def _missing_tables(chosen: Sequence[Spec]) -> list[str]:
    connection = connections[sql.ALIAS]
    needed = {Page._meta.db_table, *(spec.target._meta.db_table for spec in chosen)}
    missing = sorted(needed - set(connection.introspection.table_names()))
    if not missing:
        return []
    return [f"The target database lacks {', '.join(missing)}: run `manage.py migrate --database target` first."]


def _drifted(chosen: Sequence[Spec]) -> list[str]:
    columns = {(f.model._meta.db_table, f.column): spec.name for spec in reversed(chosen) for f in used(spec)}
    tables = {f.model._meta.db_table: spec.name for spec in reversed(chosen) for f in used(spec)}
    models = {f.model for spec in chosen for f in used(spec)}

    def entity(found: Drift) -> str | None:
        return tables.get(found.table) if found.column is None else columns.get((found.table, found.column))

    return [
        f"{entity(found)} cannot be migrated: {found.message}"
        for found in drift(sorted(models, key=lambda model: model._meta.db_table))
        if found.kind in FATAL and entity(found)
    ]


def _without_parents(chosen: Sequence[Work]) -> list[str]:
    names = {spec.name for spec in chosen}
    return [
        f"{spec.name} refers to {parent.name}, of which nothing has been migrated: "
        f"migrate {parent.name} first, or both together (`migrate_entity {parent.name} {spec.name}`)."
        for spec in chosen
        for parent in needs(spec)
        if parent.name not in names and not migrated(parent)
    ]


def migrated(spec: Spec) -> bool:
    """Whether the entity's rows are in the target: some of them, or it was read to its end and there are none."""
    if sql.has_mappings(spec.name):
        return True
    ended = EntityRun.objects.filter(entity=spec.name, state__in=FINISHED, run__dry_run=False)
    return ended.filter(run__kind__in=[Run.Kind.MIGRATION, Run.Kind.RETRY]).exists()
