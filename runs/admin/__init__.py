"""The admin pages of runs and of the ledger, one module for each table."""

from runs.admin import failed_records, mappings, pages, pending_references, resolutions, runs

__all__ = ["failed_records", "mappings", "pages", "pending_references", "resolutions", "runs"]
