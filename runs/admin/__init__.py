"""The admin pages of runs, of the inventory, of the coverage and of the ledger, one module for each table."""

from runs.admin import (
    before_images,
    corrections,
    coverage,
    failed_records,
    findings,
    mappings,
    pages,
    pending_references,
    removed_rows,
    resolutions,
    runs,
    scripts,
    sign_offs,
)

__all__ = [
    "before_images",
    "corrections",
    "coverage",
    "failed_records",
    "findings",
    "mappings",
    "pages",
    "pending_references",
    "removed_rows",
    "resolutions",
    "runs",
    "scripts",
    "sign_offs",
]
