"""The new system's tables: UUID keys, real foreign keys, codes held to by CHECK constraints. Found by walking."""

# ruff: noqa: F403, F405
from typing import TYPE_CHECKING

from legacy.discovery import models_in

if TYPE_CHECKING:  # a type checker does not walk; what is in other modules it finds there
    from catalog.target.models.access import *
    from catalog.target.models.business import *
    from catalog.target.models.clinical import *
    from catalog.target.models.clinical_records import *
    from catalog.target.models.communications import *
    from catalog.target.models.files import *
    from catalog.target.models.people import *
    from catalog.target.models.technical import *
    from catalog.target.models.workflow import *

_found = models_in(__name__, __path__)
globals().update(_found)
__all__ = list(_found)
