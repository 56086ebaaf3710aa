"""Tooth markings: one for each tooth that a jaw's masks mark, which is all that the old system measured."""

import re

from django.db.models import Q

from catalog.declare import Column, Each, EntityMigration, Reference
from catalog.target.models import ToothMarking
from catalog.target.models.codes import ToothMark
from catalog.transforms import Unfit
from legacy.models import Jaw

#: Anything but zeros and blanks in a mask.
SOMETHING_MARKED = Q(bond_teeth__regex=r"[^0\s]") | Q(extract_teeth__regex=r"[^0\s]")


def marked_teeth(bond_teeth: str | None, extract_teeth: str | None) -> list[tuple[str, ToothMark, int, int]]:
    """(part, marking, position from 1, digit) of every tooth whose digit is not 0.

    A mask of another length is refused: which of its teeth are missing, nobody can tell.
    """
    found = []
    for marking, mask in ((ToothMark.BOND, bond_teeth), (ToothMark.EXTRACT, extract_teeth)):
        teeth = (mask or "").strip()
        if teeth and not re.fullmatch(r"[0-9]{16}", teeth):
            raise Unfit("out_of_range", "A mask of teeth must have sixteen digits, one for each tooth.")
        for position, digit in enumerate(teeth, start=1):
            if digit != "0":
                found.append((f"{marking.value}-{position}", marking, position, int(digit)))
    return found


class ToothMarkingMigration(
    EntityMigration,
    script=32,
    source=Jaw,
    target=ToothMarking,
    where=SOMETHING_MARKED,
    each=Each("bond_teeth", "extract_teeth", by=marked_teeth, gives=("part", "marking", "position", "digit")),
):
    """A marked tooth of a jaw. Places are counted as in the mask; which dental notation they follow is unknown."""

    jaw = Reference("id")
    marking = Column("marking")
    position = Column("position")
    digit = Column("digit")
