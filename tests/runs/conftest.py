"""Rows of the legacy database by hand, and runs of the real engine in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db.models import Model
from psycopg import sql

from legacy import models as legacy
from runs import services
from runs.models import Run

Insert = Callable[..., None]


@pytest.fixture
def insert(legacy_db: psycopg.Connection[Any]) -> Insert:
    """insert(Model, {...}, {...}): rows of a legacy table; a column that is not named is NULL."""

    def insert(model: type[Model], *rows: dict[str, Any]) -> None:
        for row in rows:
            legacy_db.execute(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(model._meta.db_table),
                    sql.SQL(", ").join(map(sql.Identifier, row)),
                    sql.SQL(", ").join(map(sql.Literal, row.values())),
                )
            )

    return insert


@pytest.fixture
def people(insert: Insert) -> None:
    """A doctor (user 7) with a patient (user 9, patient 5) in an office (3), and a course (1)."""
    account = {
        "password": "!",
        "email": "",
        "is_superuser": False,
        "is_staff": False,
        "is_active": True,
        "date_joined": "2020-01-01T00:00:00Z",
        "first_name": "A",
        "last_name": "B",
    }
    insert(legacy.User, {"id": 7, "username": "doctor", **account}, {"id": 9, "username": "patient", **account})
    insert(legacy.Office, {"id": 3, "name": "Praxis am Ring", "tax_rate": "20.0000"})
    insert(legacy.OfficeDoctor, {"id": 1, "office_id": 3, "user_id": 7})
    insert(legacy.Patient, {"id": 5, "user_id": 9, "doctor_id": 7, "office_id": 3, "suffix": "00BB", "status": 4})
    insert(legacy.Course, {"id": 1, "name": "Main", "type": 1})


@pytest.fixture
def run_entities(committed: None) -> Callable[..., Run]:
    """Migrates entities in this process with the real engine; keywords are those of `services.Options`."""

    def run(*names: str, **options: Any) -> Run:
        started = services.start(services.chosen(names), services.Options(**options))
        return services.execute(started)

    return run


def order(number: int, **values: Any) -> dict[str, Any]:
    """A sound row of dispatch_instruction for the patient of `people`."""
    return {"id": number, "patient_id": 5, "course_id": 1, "status": 1, "price": "10.00", **values}


CORE = ("offices", "profiles", "doctors", "courses", "patients")


def offer(number: int, **values: Any) -> dict[str, Any]:
    """A sound row of dispatch_offer of the doctor of `people`."""
    return {"id": number, "doctor_id": 7, "product_id": 1 + number % 2, "price_both": f"{number}.10", **values}


#: What `migrated` migrates.
COMPARED = (*CORE, "products", "offers", "discounts", "orders")


@pytest.fixture
def migrated(people: None, insert: Insert, run_entities: Callable[..., Run]) -> None:
    """Everything has arrived: two products, twelve offers with prices, two discounts, three orders."""
    insert(legacy.Product, *({"id": n, "name": f"Aligner {n}", "course_id": 1, "type": 1} for n in (1, 2)))
    insert(legacy.Offer, *(offer(n) for n in range(1, 13)))
    insert(legacy.Discount, *({"id": n, "offer_id": n, "percent": 10 * n, "start": "2024-02-29"} for n in (1, 2)))
    insert(
        legacy.Instruction,
        *(order(n, submitted_at="2024-05-01T10:00:00Z", exports='{"a": [1.50]}') for n in (41, 42, 43)),
    )
    run = run_entities(*COMPARED)
    assert [e.failed for e in run.entity_runs.all()] == [0] * len(COMPARED)
