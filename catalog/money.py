"""What sums of money are broken down by, and which amounts are the same money told more than once."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import DateField

from catalog.declare import Column, Constant, Reference, Spec

#: Target fields ("entity.field") that speak of the same money: what an order costs, is billed, paid, and moved by card.
#: Their sums are reported one by one, as adding them would count each dollar several times.
SAME_MONEY: tuple[tuple[str, ...], ...] = (
    ("orders.amount", "purchases.price", "invoices.total", "payments.paid_amount", "payment_operations.amount"),
)


class Dimensions(NamedTuple):
    """Target fields by which an entity's amounts are grouped: code, currency and date; None where it has none."""

    status: str | None
    currency: str | None
    period: str | None


def dimensions(spec: Spec) -> Dimensions:
    """The first field of codes, the field `currency`, and the first date that is copied as it is."""
    filled = {name: recipe for name, recipe in spec.recipes.items() if not isinstance(recipe, Reference | Constant)}
    codes = [name for name in filled if spec.fields[name].choices]
    dates = [
        name
        for name, recipe in filled.items()
        if isinstance(recipe, Column) and not recipe.steps and isinstance(spec.fields[name], DateField)
    ]
    return Dimensions(
        status=codes[0] if codes else None,
        currency="currency" if "currency" in filled else None,
        period=dates[0] if dates else None,
    )


def told_again(entity: str, field: str) -> list[str]:
    """Other fields that hold the same money."""
    own = f"{entity}.{field}"
    return [other for group in SAME_MONEY if own in group for other in group if other != own]
