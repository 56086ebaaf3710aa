"""The ENGINE of databases on the embedded server: importing settings, `check` or `collectstatic` start nothing."""

from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base

from migrator_site.embedded import Server


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, whose server is started (and whose databases are made) if the connection is refused."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            server: Server | None = settings.EMBEDDED_SERVER
            if server is None:
                raise
            server.ensure(list(settings.EMBEDDED_DATABASES.values()))
            return super().get_new_connection(conn_params)
