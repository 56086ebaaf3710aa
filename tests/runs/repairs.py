"""Orders whose doctor is a profile, as the predecessor left them; for the tests of repairs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from django.db import connections

from catalog.target.models import Doctor, Order
from runs.ledger.models import Mapping

NAME = "repair_order_doctors"


def execute(statement: str, *params: Any) -> list[tuple[Any, ...]]:
    with connections["target"].cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def constraint() -> tuple[str, str, bool]:
    """Name, definition and validity of the foreign key of the orders' doctors."""
    return execute(
        "SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint"
        " WHERE conrelid = 'orders'::regclass AND confrelid = 'doctors'::regclass AND contype = 'f'"
    )[0]


def dump() -> list[tuple[str]]:
    """All rows of the new system's tables that a repair or its undoing could touch, and all mappings."""
    return [
        execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY id")
        for table in ("orders", "doctors", "patients", "profiles", "migration_mappings")
    ]


def order_of(legacy_id: int) -> Order:
    return Order.objects.get(pk=Mapping.objects.get(entity="orders", legacy_id=str(legacy_id)).target_id)


def spoil(legacy_ids: Collection[int]) -> None:
    """These orders get the UUID of their doctor's profile as doctor, which takes a constraint that is NOT VALID."""
    ids = [order_of(legacy_id).pk for legacy_id in legacy_ids]
    name, definition, _ = constraint()
    execute(f'ALTER TABLE orders DROP CONSTRAINT "{name}"')
    profile = Doctor.objects.values_list("profile_id", flat=True)[0]
    execute("UPDATE orders SET doctor_id = %s WHERE id = ANY(%s)", profile, ids)
    execute(f'ALTER TABLE orders ADD CONSTRAINT "{name}" {definition.removesuffix(" NOT VALID")} NOT VALID')


def wrong() -> int:
    """Orders whose doctor is no doctor."""
    return execute(
        "SELECT count(*) FROM orders o WHERE doctor_id IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM doctors d WHERE d.id = o.doctor_id)"
    )[0][0]


@pytest.fixture
def valid_afterwards(committed: None):
    """The constraint is as the migrations made it for the tests to come."""
    yield
    execute("TRUNCATE orders CASCADE")
    execute(f'ALTER TABLE orders VALIDATE CONSTRAINT "{constraint()[0]}"')
