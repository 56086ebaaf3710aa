"""What a target field can hold, checked before the load, so that a failure names its field."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connections, models
from django.db.models import Field

#: Position in a column → (code, sentence without the value).
Misfits = dict[int, tuple[str, str]]
Check = Callable[[list[Any]], Misfits]


@cache
def check(field: Field) -> Check:
    """A function from a column of values to those that the field cannot hold.

    A column without misfits, which is the rule, is passed by set operations instead of value by value.
    """
    tests = list(_tests(field))

    def misfits(values: list[Any]) -> Misfits:
        found: Misfits = {}
        for clean, fits, code, message in tests:
            if clean(values):
                continue
            for position, value in enumerate(values):
                if position not in found and not fits(value):
                    found[position] = (code, message)
        return found

    return misfits


def _tests(field: Field) -> Any:
    """(is the whole column clean?, does this value fit?, code, message) for each thing a field demands."""
    if not field.null:
        yield (
            lambda values: None not in values,
            lambda value: value is not None,
            "required",
            "The legacy row has no value here, and the target needs one.",
        )
    wanted = _python_type(field)
    if wanted:
        allowed = {*wanted, type(None)}
        yield (
            lambda values: set(map(type, values)) <= allowed,
            lambda value: value is None or isinstance(value, wanted),
            "wrong_type",
            f"The declaration gives a value of a kind that a {type(field).__name__} cannot hold: mend its steps.",
        )
    if field.choices:
        codes = {None, *(code for code, _ in field.flatchoices)}
        yield (
            lambda values: codes.issuperset(values),
            codes.__contains__,
            "unmapped_code",
            "The code is none of those that the target knows.",
        )
    elif isinstance(field, models.CharField) and field.max_length:
        yield from _length(field.max_length)
    if isinstance(field, models.IntegerField):
        yield from _integer_range(field)
    if isinstance(field, models.DecimalField):
        yield from _decimal(field)


def _python_type(field: Field) -> tuple[type, ...]:
    # Subclasses first: a DateTimeField is a DateField, and datetime is a date.
    kinds: list[tuple[type[Field], tuple[type, ...]]] = [
        (models.JSONField, ()),
        (models.DateTimeField, (datetime,)),
        (models.DateField, (date,)),
        (models.BooleanField, (bool,)),
        (models.IntegerField, (int,)),
        (models.DecimalField, (Decimal, int)),
        (models.CharField, (str,)),
        (models.TextField, (str,)),
    ]
    return next((types for kind, types in kinds if isinstance(field, kind)), ())


def _length(limit: int) -> Any:
    yield (
        lambda values: max((len(v) for v in values if v is not None), default=0) <= limit,
        lambda value: value is None or len(value) <= limit,
        "too_long",
        f"The text is longer than the {limit} characters that the target holds.",
    )


def _integer_range(field: Field) -> Any:
    low, high = connections["target"].ops.integer_field_range(field.get_internal_type())

    def fits(value: Any) -> bool:
        return value is None or low <= value <= high

    yield (
        lambda values: all(map(fits, values)),
        fits,
        "out_of_range",
        f"The number must lie between {low} and {high}.",
    )


def _decimal(field: models.DecimalField) -> Any:
    # max_digits may be None: numeric without limits.
    places, limit = field.decimal_places, Decimal(10) ** ((field.max_digits or 1000) - (field.decimal_places or 0))
    step = Decimal(1).scaleb(-(places or 0))

    def fits(value: Decimal) -> bool:
        return value.is_finite() and abs(value) < limit and (places is None or value == value.quantize(step))

    yield (
        lambda values: all(fits(Decimal(v)) for v in values if v is not None),
        lambda value: value is None or fits(Decimal(value)),
        "out_of_range",
        f"The number needs more than the {field.max_digits} digits, {places} of them decimals, that the target holds.",
    )


def adapt(field: Field, values: list[Any]) -> list[Any]:
    """A column of checked values in the form in which COPY takes them."""
    if isinstance(field, models.JSONField):
        return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    if field.choices:
        # Members of an enumeration are text only by inheritance, and psycopg has ideas of its own about them.
        return [None if value is None else str(value) for value in values]
    return values
