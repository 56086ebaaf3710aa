"""What the declarations say of failed records: who reads them, from which columns, and which of these are to blame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from catalog.declare import Spec
from catalog.registry import UnknownEntity
from catalog.repair import RepairSpec
from catalog.validation import ValidationSpec
from catalog.work import Work, named
from runs.errors import UsageError
from runs.ledger.models import FailedRecord


def work(name: str) -> Work:
    """The entity or repair of this name. Raises `UsageError` for one that does not exist, or not any more."""
    try:
        return named(name)
    except UnknownEntity as error:
        raise UsageError(str(error)) from None


def declaration(name: str) -> Spec:
    """How the legacy rows behind the failed records of an entity (or a repair) are read. Raises `UsageError`."""
    one = work(name)
    if isinstance(one, ValidationSpec):
        raise UsageError(f"{name} is a validation: it reads no rows of its own, and none can fail.")
    return one.resolving if isinstance(one, RepairSpec) else one


def corrected_as(name: str) -> str:
    """The entity whose corrections hold for these records: a repair goes by those of the entity that it repairs."""
    one = work(name)
    return one.entity.name if isinstance(one, RepairSpec) else one.name


def source_key(spec: Spec, legacy_id: str) -> Any:
    """The primary key of the legacy row; None where a legacy id names none, such as that of an unknown target row."""
    try:
        return spec.source._meta.pk.to_python(row_id(spec, legacy_id))
    except ValidationError:
        return None


def row_id(spec: Spec, legacy_id: str) -> str:
    """The legacy id of the whole row: the part of a split row ("12:b") belongs to row "12"."""
    return legacy_id.partition(":")[0] if spec.each else legacy_id


def blamed(spec: Spec, field: str) -> list[str]:
    """The source columns behind what failed: those that fill the field, or the fields ("doctor, office").

    Where no field is named in a row that is to be split, it is the columns that it is split by.
    """
    if not field:
        return list(spec.each.columns) if spec.each else []
    recipes = [spec.recipes.get(name) for name in field.split(", ")]
    return list(dict.fromkeys(path for recipe in recipes if recipe for path in recipe.paths))


def blamed_for(record: FailedRecord) -> list[str]:
    """The same for a record; nothing where its entity is not declared any more."""
    try:
        paths = blamed(declaration(record.entity), record.field)
    except UsageError:
        return []
    return [path for path in paths if path in record.source]


def by_entity(records: Iterable[FailedRecord]) -> dict[str, list[FailedRecord]]:
    """The records of each entity, in their order."""
    found: dict[str, list[FailedRecord]] = {}
    for record in records:
        found.setdefault(record.entity, []).append(record)
    return found
