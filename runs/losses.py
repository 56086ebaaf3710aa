"""What a value has lost on its way from one database into the other: pure comparisons of two values."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

#: Kinds of loss → how a sentence about them begins.
LOSSES = {
    "emptied": "The value is missing",
    "cut": "The end of the text is missing",
    "case": "Letters have another case",
    "whitespace": "White space is not as it was",
    "replaced": "Characters were replaced",
    "rounded": "Digits were lost",
    "shifted": "The time is off as between time zones",
    "seconds": "Seconds, or parts of them, were lost",
    "altered": "The value is another one",
}

#: Time zones differ by quarters of an hour, and by less than a day.
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)


def loss(before: Any, after: Any) -> str:
    """What the way back would not restore, as a key of `LOSSES`; empty if the value survives.

    `after` is a value as the target's driver gives it, for JSON `parsed`.
    """
    if before is None or after is None:
        return "" if before is after else "emptied" if after is None else "altered"
    if isinstance(before, str) and isinstance(after, str):
        return _text(before, after)
    if isinstance(before, datetime) and isinstance(after, datetime):
        return _instant(aware(before), aware(after))
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        return "" if before == after else "rounded" if _rounded(before, after) else "altered"
    if isinstance(before, int) and isinstance(after, str):
        # A number for people, made of a key: the key can be read off it.
        digits = re.search(r"\d+$", after)
        return "" if digits and int(digits[0]) == before else "altered"
    return "" if before == after else "altered"


def parsed(value: Any) -> Any:
    """JSON, as text or parsed already, with its numbers exact; what is not JSON stays a text."""
    if value is None:
        return None
    try:
        text = value if isinstance(value, str) else json.dumps(value)
        return json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        return value


def aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _text(before: str, after: str) -> str:
    if before == after:
        return ""
    one, other = "".join(before.split()), "".join(after.split())
    if one == other:
        return "whitespace"
    if one.casefold() == other.casefold():
        return "case"
    if before.startswith(after):
        return "cut"
    return "replaced" if len(before) == len(after) else "altered"


def _instant(before: datetime, after: datetime) -> str:
    if before == after:
        return ""
    if after in (before.replace(microsecond=0), before.replace(second=0, microsecond=0)):
        return "seconds"
    between = abs(after - before)
    return "shifted" if between < DAY and not between % QUARTER else "altered"


def _rounded(before: Decimal, after: Decimal) -> bool:
    exponent = after.as_tuple().exponent
    return isinstance(exponent, int) and abs(before - after) < Decimal(1).scaleb(exponent)
