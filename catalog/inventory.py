"""The inventory: brings the tables of domains and scripts up to date with their files and the declarations."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Model

from catalog.declare import OnMissing
from catalog.models import DataDomain, MigrationScript
from catalog.registry import parent, specs
from catalog.repair import repairs
from catalog.validation import validations

FOLDER = Path(__file__).resolve().parent
DOMAINS, SCRIPTS = FOLDER / "domains.csv", FOLDER / "scripts.csv"


@dataclass
class Synced:
    """How many domains and scripts a synchronisation touched."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{getattr(self, field.name)} {field.name}" for field in fields(self))


class Row(NamedTuple):
    """A script as its file has it: the model's fields, and what must come before though no declaration says so."""

    number: int
    fields: dict[str, Any]
    after: set[int]


def recorded() -> list[Row]:
    """The lines of `scripts.csv`. An empty number is None: nobody recorded it."""
    return [_row(line) for line in _lines(SCRIPTS)]


def dependencies() -> dict[int, set[int]]:
    """Script → the scripts that must have run before: they fill what its entities refer to, or it repairs or checks.

    References that wait for a parent to come later do not count.
    """
    needed: dict[int, set[int]] = defaultdict(set)
    for spec in specs():
        for name, reference in spec.references.items():
            found = parent(spec, name)
            if found and found.script != spec.script and reference.on_missing is not OnMissing.WAIT:
                needed[spec.script].add(found.script)
    for repair in repairs():
        needed[repair.script] |= {spec.script for spec in repair.needs}
    for validation in validations():
        needed[validation.script] |= {spec.script for spec in validation.entities}
    return dict(needed)


@transaction.atomic
def sync() -> Synced:
    """Makes the tables say what the files and the declarations say. Notes of staff stay."""
    rows, needed = recorded(), dependencies()
    domains = [_saved(DataDomain(code=code), values) for code, values in _domains()]
    scripts = [_script(row, needed.get(row.number, set()), {row.number for row in rows}) for row in rows]
    words = Counter(domains + scripts)
    return Synced(**words)


def _script(row: Row, needed: set[int], known: set[int]) -> str:
    """What had to be done with the row; the database checks at the end of the transaction that what it needs exists."""
    word = _saved(MigrationScript(number=row.number), row.fields)
    depends_on = MigrationScript(number=row.number).depends_on
    wanted = known & (row.after | needed)
    if wanted != set(depends_on.values_list("number", flat=True)):
        depends_on.set(wanted)
        return "updated" if word == "unchanged" else word
    return word


def _saved(one: Model, values: dict[str, Any]) -> str:
    """Creates the row, or updates what differs in it. `one` has its key only."""
    found = type(one)._default_manager.filter(pk=one.pk).first()
    row = found or one
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, values[name])
    if found is None:
        row.save(force_insert=True)
        return "created"
    if changed:
        row.save(update_fields=changed)
    return "updated" if changed else "unchanged"


def _domains() -> list[tuple[str, dict[str, Any]]]:
    return [(line.pop("code"), {**line, "priority": int(line["priority"])}) for line in _lines(DOMAINS)]


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _row(line: dict[str, str]) -> Row:
    values: dict[str, Any] = dict(line)
    number = int(values.pop("number"))
    after = {int(one) for one in values.pop("after").split()}
    values["domain_id"] = values.pop("domain")
    for name in ("recorded_total", "recorded_migrated"):
        values[name] = int(values[name]) if values[name] else None
    values["recorded_rate"] = Decimal(values["recorded_rate"]) if values["recorded_rate"] else None
    return Row(number, values, after)
