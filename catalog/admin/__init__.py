"""The admin pages of the new system's tables and of the data domains; those of the scripts are in `runs.admin`."""

from catalog.admin import domains, target

__all__ = ["domains", "target"]
