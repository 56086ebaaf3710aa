"""The admin pages of runs, of the inventory, of the coverage and of the ledger, one module for each table."""

from runs.admin import (
    before_images,
    coverage,
    failed_records,
    findings,
    mappings,
    pages,
    pending_references,
    resolutions,
    runs,
    scripts,
)

__all__ = [
    "before_images",
    "coverage",
    "failed_records",
    "findings",
    "mappings",
    "pages",
    "pending_references",
    "resolutions",
    "runs",
    "scripts",
]
