"""The causes of failures in plain words: what is wrong, and what helps."""

from __future__ import annotations

from typing import NamedTuple


class Cause(NamedTuple):
    """`title` is a few words, `meaning` a sentence, `advice` what to do next."""

    title: str
    meaning: str
    advice: str


MEND_SOURCE = "Correct the value and retry, or put it right in the old system and migrate the entity again"
MEND_RULE = "extend the declaration"

CAUSES: dict[str, Cause] = {
    "required": Cause(
        "Value missing",
        "The new system needs a value in this field, and the legacy row has none.",
        f"{MEND_SOURCE}.",
    ),
    "unmapped_code": Cause(
        "Unknown code",
        "The legacy row holds a code that the declaration does not translate.",
        f"Find out what the code means and {MEND_RULE}, or correct it by a rule for all rows that have it.",
    ),
    "not_json": Cause(
        "Broken JSON",
        "The text should be JSON, and cannot be read as such.",
        f"{MEND_SOURCE}, or let the declaration keep the raw text.",
    ),
    "invalid_unicode": Cause(
        "Invalid characters",
        "The text holds characters that PostgreSQL cannot store.",
        f"{MEND_SOURCE}.",
    ),
    "too_long": Cause(
        "Text too long",
        "The text is longer than the new field.",
        "Correct the text, or widen the new field: nothing is cut off silently.",
    ),
    "not_a_number": Cause("Not a number", "A number is needed, and this text is none.", f"{MEND_SOURCE}."),
    "out_of_range": Cause(
        "Out of range",
        "The number or date lies outside of what the new field allows.",
        f"{MEND_SOURCE}.",
    ),
    "placeholder_text": Cause(
        "Placeholder",
        "The text is a placeholder such as the word null, where a real value is needed.",
        f"{MEND_SOURCE}.",
    ),
    "not_email": Cause("Not an e-mail address", "The text is not an e-mail address.", f"{MEND_SOURCE}."),
    "ambiguous_source": Cause(
        "Ambiguous",
        "The legacy row allows more than one answer, and none is better than the others.",
        "Decide in the old system which one is right and migrate the entity again.",
    ),
    "wrong_type": Cause(
        "Wrong kind of value",
        "The declaration gives a kind of value that the new field cannot hold.",
        "This is a mistake in the declaration, not in the row: an engineer has to mend its steps.",
    ),
    "missing_parent": Cause(
        "Parent missing",
        "The legacy row refers to a row that was not migrated: it failed itself, is out of scope, or does not exist.",
        "Look up the parent's failed record and put that right first; then retry both. Where the old system has no "
        "such row either, correct the key, say which row of the new system it means, or dismiss the records.",
    ),
    "no_mapping": Cause(
        "Of unknown origin",
        "The repair found a row of the new system that came from no legacy row.",
        "Find out who added it; mend it by hand, or delete it.",
    ),
    "missing_row": Cause(
        "Legacy row gone",
        "The repair needs the legacy row, which was deleted or is out of scope.",
        "Mend the row of the new system by hand.",
    ),
    "23505": Cause(
        "Duplicate",
        "Another row has this value already in a field that must be unique.",
        "Decide which of the two rows is right; correct the other one, or dismiss it.",
    ),
    "23503": Cause(
        "Reference to nothing",
        "The row refers to a row that the new system does not have.",
        "Migrate the entity that it refers to, then retry these rows.",
    ),
    "23514": Cause(
        "Rule broken",
        "The row breaks a rule (a check constraint) of the new table.",
        f"{MEND_SOURCE}, or have the rule changed.",
    ),
    "23502": Cause("Value missing", "The new table needs a value where this row has none.", f"{MEND_SOURCE}."),
    "22001": Cause("Text too long", "The text is longer than the new column.", "Shorten it, or widen the column."),
    "22003": Cause("Number too large", "The number does not fit into the new column.", f"{MEND_SOURCE}."),
}


def cause(stage: str, code: str) -> Cause:
    """The words for a failure. A code that nobody described says at least where it came from."""
    if code in CAUSES:
        return CAUSES[code]
    if stage == "load":
        return Cause(
            f"Refused ({code})",
            f"The database refused the row with SQLSTATE {code}.",
            "Look the SQLSTATE up in PostgreSQL's list of error codes; the constraint, if there is one, says the rest.",
        )
    return Cause(code.replace("_", " ").capitalize(), f"The stage “{stage}” rejected the row.", "See the message.")


def codes_about(term: str) -> list[str]:
    """The codes whose words have the term in them."""
    return [code for code, said in CAUSES.items() if term.casefold() in f"{said.title} {said.meaning}".casefold()]
