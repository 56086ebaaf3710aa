"""Mirrors of the tables of the old system, one module for each kind of data, found by walking."""

# ruff: noqa: F403, F405
from typing import TYPE_CHECKING

from legacy.discovery import models_in

if TYPE_CHECKING:  # a type checker does not walk; what is in other modules it finds there
    from legacy.models.business import *
    from legacy.models.clinical import *
    from legacy.models.communications import *
    from legacy.models.people import *
    from legacy.models.technical import *

_found = models_in(__name__, __path__)
globals().update(_found)
__all__ = list(_found)
