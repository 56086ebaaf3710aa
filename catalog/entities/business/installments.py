"""Installments: the parts in which an invoice is paid."""

from typing import Any

from django.db.models import Q

from catalog.declare import Column, Each, EntityMigration, Reference
from catalog.target.models import Installment
from catalog.transforms import json_list
from legacy.models import Payment as LegacyPayment


def installments(text: str | None) -> list[tuple[int, Any]]:
    """The listed installments with their places, the first being 1. Raises `Unfit` where the text is no JSON list."""
    return list(enumerate(json_list(text or "") or [], start=1))


class InstallmentMigration(
    EntityMigration,
    script=16,
    source=LegacyPayment,
    target=Installment,
    where=Q(installments__isnull=False) & ~Q(installments__in=("", "[]")),
    each=Each("installments", by=installments, gives=("position", "terms")),
):
    """One row for each entry of a payment's list, kept whole: what an entry may say was never written down."""

    invoice = Reference("id")
    position = Column("position")
    terms = Column("terms")
