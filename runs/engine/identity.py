"""Same row, same UUID; same content, same digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

#: The first digit of a UUID's fourth group carries the variant: its two upper bits become 10 (RFC 9562, 4.1).
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def target_ids(namespace: UUID, entity: str, legacy_ids: Iterable[str]) -> list[str]:
    """UUIDv5 of (namespace, "entity:legacy id") as text (RFC 9562, 5.5): `uuid.uuid5` without an object a row."""
    base = hashlib.sha1(namespace.bytes + f"{entity}:".encode(), usedforsecurity=False)
    result = []
    for legacy_id in legacy_ids:
        digest = base.copy()
        digest.update(legacy_id.encode())
        h = digest.hexdigest()
        result.append(f"{h[:8]}-{h[8:12]}-5{h[13:16]}-{_VARIANT[h[16]]}{h[17:20]}-{h[20:32]}")
    return result


def digests(columns: Sequence[list[Any]]) -> list[str]:
    """For each row of some columns a digest of 16 hexadecimal digits. NULL differs from every text."""
    as_text = [["\0" if value is None else str(value) for value in column] for column in columns]
    join, blake2b = "\x1f".join, hashlib.blake2b
    rows = (join(row).encode(errors="surrogatepass") for row in zip(*as_text, strict=True))
    return [blake2b(row, digest_size=8).hexdigest() for row in rows]


def fingerprint(*facts: str) -> str:
    """16 hexadecimal digits that are equal for equal facts."""
    return hashlib.blake2b("\x1f".join(facts).encode(), digest_size=8).hexdigest()
