"""Mappings, pages and failures: beside the target's rows, in their transaction."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "runs.ledger"
    label = "ledger"
