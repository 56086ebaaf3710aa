"""What became of every legacy row. Lives in the target database and is written in the target rows' transactions."""

from runs.ledger.models.failures import FailedAttempt, FailedRecord, RecordEvent
from runs.ledger.models.images import BeforeImage, RemovedRow
from runs.ledger.models.pages import Mapping, Outcome, Page
from runs.ledger.models.policies import Correction, PendingReference, Resolution

__all__ = [
    "BeforeImage",
    "Correction",
    "FailedAttempt",
    "FailedRecord",
    "Mapping",
    "Outcome",
    "Page",
    "PendingReference",
    "RecordEvent",
    "RemovedRow",
    "Resolution",
]
