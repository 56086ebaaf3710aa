"""Pure functions from one legacy value to one target value. No row, no model, no input or output.

A step gets a value that is not NULL and returns the new value, or None for "nothing there". A value it cannot
take raises `Unfit` with a stable code; the message never holds the value, which may be a patient's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

T = TypeVar("T")


class Unfit(ValueError):
    """A legacy value that cannot become a target value: a stable code, and a sentence without the value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def squish(text: str) -> str:
    """Outer white space off, inner runs to one blank."""
    return " ".join(text.split())


def blank(text: str) -> str | None:
    """Outer white space off; nothing left is None."""
    return text.strip() or None


def unless_blank(text: str) -> str | None:
    """Free text to the letter; nothing but white space is None."""
    return text if text.strip() else None


def not_placeholder(text: str) -> str:
    """Refuses the literal text "null", which the legacy system stored where it had no value."""
    if text.strip().lower() == "null":
        raise Unfit("placeholder_text", "The text says that there is no value instead of being one.")
    return text


def email(text: str) -> str:
    """An address with something on both sides of one @ and no white space; lower-cased."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise Unfit("not_email", "The text is not an e-mail address: it needs one @ with text on both sides.")
    return text.lower()


def money(value: Any) -> Decimal:
    """An amount as a Decimal with two places. An amount with parts of a cent is refused, not rounded."""
    amount = number(value)
    try:
        cents = amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Unfit("out_of_range", "The amount has more digits than any money.") from None
    if cents != amount:
        raise Unfit("out_of_range", "The amount has parts of a cent, which would be lost.")
    return cents


def number(value: Any) -> Decimal:
    """A finite Decimal. Floats are refused: they cannot hold an amount exactly."""
    if isinstance(value, float):
        raise Unfit("not_a_number", "The value is a binary float, which cannot hold an amount exactly.")
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):  # Python would take these
        raise Unfit("not_a_number", "The value is not a number.")
    try:
        result = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise Unfit("not_a_number", "The value is not a number.") from None
    if not result.is_finite():
        raise Unfit("not_a_number", "The value is not a finite number.")
    return result


def between(low: T, high: T) -> Callable[[T], T]:
    """A step that refuses what lies outside low..high, both included."""

    def within(value: T) -> T:
        try:
            inside = low <= value <= high  # type: ignore[operator]
        except InvalidOperation:  # NaN is nowhere
            inside = False
        if not inside:
            raise Unfit("out_of_range", f"The value must lie between {low} and {high}.")
        return value

    return within


#: Dates of birth outside of these years are typing errors or sentinels.
birthdate = between(date(1900, 1, 1), date(2100, 1, 1))


def one_of(codes: Mapping[Any, T]) -> Callable[[Any], T]:
    """A step from a legacy code to what it means. A code that is not in the map is refused, never defaulted."""

    def meaning(code: Any) -> T:
        try:
            return codes[code]
        except KeyError:
            raise Unfit("unmapped_code", "The code has no agreed meaning: add it to the code map.") from None

    return meaning


_ESCAPED_NUL_OR_SURROGATE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
#: Far below what Python and PostgreSQL can nest.
_DEEPEST = 200


def json_value(text: str) -> Any:
    """Text that holds JSON → the value that it stands for; blank text is None.

    PostgreSQL's jsonb cannot hold the escapes for NUL and for half a surrogate pair, nor NaN and Infinity
    (https://www.postgresql.org/docs/current/datatype-json.html). What would not come back as it was is refused too:
    numbers with too many digits, and objects that name a key twice.
    """
    if not text.strip():
        return None
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_exact_float, object_pairs_hook=_object)
    except Unfit:
        raise
    except (ValueError, RecursionError):
        raise Unfit("not_json", "The text is not valid JSON.") from None
    if text.count("[") + text.count("{") > _DEEPEST and _is_deep(value):
        raise Unfit("not_json", f"The JSON is nested more than {_DEEPEST} levels deep.")
    if _ESCAPED_NUL_OR_SURROGATE.search(text) and not _storable(value):
        raise Unfit("invalid_unicode", "The JSON holds a Unicode escape that stands for no character.")
    return value


def json_object(text: str) -> dict[str, Any] | None:
    """Like `json_value`, but only an object will do."""
    value = json_value(text)
    if value is not None and not isinstance(value, dict):
        raise Unfit("not_json", "The JSON is not an object.")
    return value


def json_list(text: str) -> list[Any] | None:
    """Like `json_value`, but only a list will do."""
    value = json_value(text)
    if value is not None and not isinstance(value, list):
        raise Unfit("not_json", "The JSON is not a list.")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _exact_float(digits: str) -> float:
    value = float(digits)
    try:
        exact = Decimal(repr(value)) == Decimal(digits)
    except InvalidOperation:  # an exponent beyond all bounds
        exact = False
    if not exact:
        raise Unfit("out_of_range", "The JSON holds a number with more digits than can be kept exactly.")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise Unfit("not_json", "The JSON names a key twice, and only one of its values could be kept.")
    return value


def _is_deep(value: Any) -> bool:
    layer = [value]
    for _ in range(_DEEPEST):
        parts = [one.values() if isinstance(one, dict) else one for one in layer if isinstance(one, dict | list)]
        layer = [child for part in parts for child in part]
        if not layer:
            return False
    return any(isinstance(one, dict | list) for one in layer)


def _storable(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return all(_storable(key) and _storable(item) for key, item in value.items())
    return all(map(_storable, value)) if isinstance(value, list) else True


def numbered(prefix: str, digits: int = 6) -> Callable[[int], str]:
    """A step from a legacy id to the number that people use: numbered("PAT-")(17) is "PAT-000017"."""

    def number_of(legacy_id: int) -> str:
        return f"{prefix}{legacy_id:0{digits}d}"

    return number_of
