"""Case files: which files belong to which patient's case."""

from catalog.declare import EntityMigration, Reference
from catalog.scope import has_key
from catalog.target.models import CaseFile
from legacy.models import File as LegacyFile


class CaseFileMigration(
    EntityMigration,
    script=21,
    source=LegacyFile,
    target=CaseFile,
    where=has_key("instruction_id"),
    match=("case", "file"),
):
    """A file of an order, in the case of the order's patient. Files without an order belong to no case."""

    case = Reference("instruction__patient_id")
    file = Reference("id")
