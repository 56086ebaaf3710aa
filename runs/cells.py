"""What a cell of a spreadsheet may hold."""

from __future__ import annotations

import re

#: A cell that begins like this is a formula to a spreadsheet, unless it is a plain number.
FORMULA = re.compile(r"[=+\-@\t\r](?!\d+$)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def harmless(text: str) -> str:
    """The text as a spreadsheet may take it: never run as a formula, without characters that XLSX forbids."""
    text = CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return f"'{text}" if FORMULA.match(text) else text
