"""The history of runs and what was found, in the control database."""

from runs.models.findings import FAILING, Finding, Severity
from runs.models.history import TERMS, EntityRun, Run, RunEvent, Stateful
from runs.models.proofs import SchemaPicture, SignOff

__all__ = [
    "FAILING",
    "TERMS",
    "EntityRun",
    "Finding",
    "Run",
    "RunEvent",
    "SchemaPicture",
    "Severity",
    "SignOff",
    "Stateful",
]
