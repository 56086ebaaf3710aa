"""Impressions: how the teeth of an order were recorded, for every order that says so."""

from django.db.models import Q

from catalog.declare import Column, EntityMigration, Reference
from catalog.target.models import Impression
from catalog.transforms import unless_blank
from legacy.models import Instruction

#: An answer of no to the CBCT scan says something too; only an empty column says nothing.
SAYS_SOMETHING = (
    Q(model__isnull=False) | Q(scanner__isnull=False) | Q(scanner_notes__regex=r"\S") | Q(cbct__isnull=False)
)


class ImpressionMigration(EntityMigration, script=31, source=Instruction, target=Impression, where=SAYS_SOMETHING):
    """The impression of an order: model, scanner, scanner's notes, and whether there is a CBCT scan."""

    order = Reference("id")
    model_code = Column("model")
    scanner_code = Column("scanner")
    scanner_notes = Column("scanner_notes", unless_blank)
    has_cbct = Column("cbct")
