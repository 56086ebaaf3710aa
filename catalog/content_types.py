"""Generic foreign keys of the legacy system: a key and a content type that says which table the key belongs to.

Types are told apart by their names: ids of content types differ between installations, and the legacy ones drifted.
"""

from __future__ import annotations


def of_type(reference: str, app_label: str, model: str) -> dict[str, str]:
    """The condition under which a generic key belongs to this model; for a `Reference`'s `when`.

    `reference` is the mirror's foreign key to the content types ("target_type").
    """
    return {f"{reference}__app_label": app_label, f"{reference}__model": model}
