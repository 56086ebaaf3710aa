"""The site: settings, router, embedded PostgreSQL, admin site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "migrator_site"
    label = "migrator_site"
