"""The old database, read only."""

from django.apps import AppConfig


class LegacyConfig(AppConfig):
    name = "legacy"
    label = "legacy"
