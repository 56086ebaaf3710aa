"""Whole legacy tables that no entity reads, each with its reason. Declarations leave single columns behind."""

from __future__ import annotations

from django.db.models import Model

#: Legacy model → why nothing of its table is migrated. Coverage reports every table that is neither here nor read.
TABLES: dict[type[Model], str] = {}
