"""The admin pages of runs, of the inventory and of the ledger, one module for each table."""

from runs.admin import failed_records, findings, mappings, pages, pending_references, resolutions, runs, scripts

__all__ = ["failed_records", "findings", "mappings", "pages", "pending_references", "resolutions", "runs", "scripts"]
