"""One digest for a whole column of values, made here and by the target's server of the same text.

Equal digests mean equal values: of each value there is one text, NULL and the places between values cannot be mistaken
for texts, and the digest is one that nobody has found two texts for (SHA-256). The text is the one that PostgreSQL
itself writes (`value::text`). Different digests do not mean different values: where this module writes a value in
another way than the server does, it costs the time of looking at the values themselves, and never a false alarm.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, CharField, DateTimeField, DecimalField, Field, JSONField, TextField

#: Control characters that texts of people do not have; a column that has them gets no digest.
SEPARATOR, NULL = "\x1f", "\x1e"


def digest(field: Field, values: Sequence[Any]) -> bytes | None:
    """The digest of a field's values in their order; None if they do not allow one that can be trusted.

    The first part of the text is the number of values that are not NULL. Together with it the text tells all values
    apart: the separators are as many as there have to be, so none is inside of a value, and so are the NULLs.
    """
    texts = _texts(field, values)
    nulls = texts.count(None)
    if nulls:
        texts = [NULL if text is None else text for text in texts]
    whole = SEPARATOR.join((str(len(texts) - nulls), *texts))
    if whole.count(SEPARATOR) != len(texts) or whole.count(NULL) != nulls:
        return None
    return hashlib.sha256(whole.encode(errors="surrogatepass")).digest()


def _texts(field: Field, values: Sequence[Any]) -> list[Any]:
    """The values as the server writes them."""
    if isinstance(field, CharField | TextField):
        return list(values)
    text = _writer(field)
    return [None if value is None else text(value) for value in values]


def _writer(field: Field) -> Callable[[Any], str]:
    if isinstance(field, DateTimeField):
        return _instant
    if isinstance(field, BooleanField):
        return _boolean
    if isinstance(field, JSONField):
        return _json
    if isinstance(field, DecimalField) and field.decimal_places is not None:
        step = Decimal(1).scaleb(-field.decimal_places)
        return lambda value: str(Decimal(value).quantize(step))
    return str


def _instant(value: datetime) -> str:
    """In UTC, without zeros at the end of the fraction of a second. Without a zone it is in UTC already."""
    if value.tzinfo is not None and value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    text = str(value)[:26] if value.microsecond else str(value)[:19]
    return (text.rstrip("0") if value.microsecond else text) + "+00"


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _json(value: Any) -> str:
    return json.dumps(_sorted(value), ensure_ascii=False)


def _sorted(value: Any) -> Any:
    """Keys of objects in the order in which jsonb keeps them: the shorter first, then by their bytes."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(str(key).encode()), str(key).encode()))
        return {key: _sorted(value[key]) for key in keys}
    return [_sorted(one) for one in value] if isinstance(value, list) else value
