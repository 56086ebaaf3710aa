#!/usr/bin/env python
"""Command line of the migrator: `python manage.py help`."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migrator_site.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as error:
        answered = getattr(error.__cause__, "sqlstate", None)  # by the database itself, so it was reached
        if answered or "--traceback" in sys.argv:
            raise
        sys.exit(f"manage.py: {error}")
