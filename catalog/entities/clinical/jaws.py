"""Jaws: what is made for the upper and the lower jaw of an order."""

from django.db.models import Exists, OuterRef, Q, Subquery

from catalog.declare import Column, Derived, EntityMigration, OnMissing, Reference
from catalog.target.models import Jaw
from catalog.target.models.codes import JawSide, ReplacementReason
from catalog.transforms import Unfit, blank, one_of
from legacy.models import Instruction
from legacy.models import Jaw as LegacyJaw

#: As the original scripts that loaded most jaws had it; a later one had 2 and 3 the other way round.
REASON = {1: ReplacementReason.BREAKAGE, 2: ReplacementReason.OTHER, 3: ReplacementReason.COMPLETE}

THIS_JAW = OuterRef("pk")


def side(upper_of: int | None, lower_of: int | None, shared: bool) -> JawSide:
    """The side that an instruction gives to the jaw. With no place, or with two, any answer would be a guess."""
    if shared or (upper_of is not None and lower_of is not None):
        raise Unfit("ambiguous_source", "The jaw has more than one place: decide which order and side it belongs to.")
    if upper_of is None and lower_of is None:
        raise Unfit("required", "No instruction points at the jaw, so nothing tells its order and its side.")
    return JawSide.LOWER if upper_of is None else JawSide.UPPER


class JawMigration(
    EntityMigration,
    script=7,
    source=LegacyJaw,
    target=Jaw,
    annotate={
        "upper_of": Subquery(Instruction.objects.filter(upper_jaw=THIS_JAW).order_by("id").values("id")[:1]),
        "lower_of": Subquery(Instruction.objects.filter(lower_jaw=THIS_JAW).order_by("id").values("id")[:1]),
        "shared": Exists(Instruction.objects.filter(Q(upper_jaw=THIS_JAW) | Q(lower_jaw=THIS_JAW)).order_by("id")[1:2]),
    },
):
    """A jaw of an order. The old system told order and side by the instruction that points at the jaw."""

    order = Reference("upper_of", "lower_of")
    side = Derived("upper_of", "lower_of", "shared", by=side)
    product = Reference("product_id", on_missing=OnMissing.SET_NULL)
    bond_teeth = Column("bond_teeth", blank)
    extract_teeth = Column("extract_teeth", blank)
    replacement_reason = Column("reason", one_of(REASON))
    is_labial = Column("labial")
