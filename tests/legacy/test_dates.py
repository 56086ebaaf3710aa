"""Dates and times as the legacy database holds them, with all that Python has no object for."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest

from catalog.declare import Column, EntityMigration, OnInvalid
from catalog.target.models import Patient
from legacy import reader
from legacy.models import Patient as LegacyPatient
from runs.engine.transform import read, transform

DATES = {1: "2001-02-03", 2: "infinity", 3: "20000-01-01", 4: "0044-03-15 BC", 5: None}


class Dated(EntityMigration, script=4, source=LegacyPatient, target=Patient, name="dated"):
    birthdate = Column("birthdate")
    submitted_at = Column("submitted_at", on_invalid=OnInvalid.SET_NULL)


@pytest.fixture
def rows(legacy_db: psycopg.Connection[Any]) -> None:
    for key, text in DATES.items():
        legacy_db.execute(
            "INSERT INTO dispatch_patient (id, birthdate, submitted_at, updated_at) VALUES (%s, %s, %s, %s)",
            [key, text, text, "2024-05-06 07:08:09.5+02"],
        )


def page(*columns: str) -> list[tuple[Any, ...]]:
    (found,) = reader.pages(reader.Selection(LegacyPatient, ("id", *columns)), 10)
    return found.rows


@pytest.mark.django_db(databases=["legacy"])
@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("column", "readable", "far"),
    [
        ("birthdate", date(2001, 2, 3), "20000-01-01"),
        ("submitted_at", datetime(2001, 2, 3, tzinfo=UTC), "20000-01-01 00:00:00+00"),
    ],
)
def test_a_date_without_an_object_in_python_is_read_as_its_text(column: str, readable: date, far: str) -> None:
    found = dict(page(column))
    assert (found[1], found[5]) == (readable, None)
    assert (str(found[2]), str(found[3])) == ("infinity", far)
    assert str(found[4]).endswith(" BC")


@pytest.mark.django_db(databases=["legacy"])
@pytest.mark.usefixtures("rows")
def test_times_are_utc() -> None:
    assert {row[1] for row in page("updated_at")} == {datetime(2024, 5, 6, 5, 8, 9, 500_000, tzinfo=UTC)}


@pytest.mark.django_db(databases=["legacy"])
@pytest.mark.usefixtures("rows")
def test_such_a_date_costs_its_own_row_only() -> None:
    batch, _ = read(Dated.spec, page("birthdate", "submitted_at"), UUID(int=0))
    good, rejected = transform(Dated.spec, batch)
    assert good.ids == ["1", "5"]
    assert [(r.legacy_id, r.field, r.code) for r in rejected] == [(i, "birthdate", "out_of_range") for i in "234"]
    assert {(r.legacy_id, r.rule) for r in batch.resolved} == {(i, "set_null: out_of_range") for i in "234"}
    assert next(r.old for r in batch.resolved if r.legacy_id == "2") == "infinity"
