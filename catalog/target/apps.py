"""The new system's models; they live in the target database."""

from django.apps import AppConfig


class TargetConfig(AppConfig):
    name = "catalog.target"
    label = "target"
