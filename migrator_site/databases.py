"""From a database URL to Django's settings of it."""

import contextlib
from typing import Any
from urllib.parse import quote

import environ
from django.core.exceptions import ImproperlyConfigured
from psycopg import IsolationLevel, ProgrammingError
from psycopg.conninfo import conninfo_to_dict

POSTGRES = "django.db.backends.postgresql"
#: An unreachable server is reported after this many seconds instead of the operating system's minutes.
CONNECT_TIMEOUT_S = 5
READ_ONLY = "-c default_transaction_read_only=on"


def from_url(variable: str, url: str) -> dict[str, Any]:
    """Django's settings for the URL; an error names the variable and never repeats the URL, which holds a password."""
    scheme, config = url.partition("://")[0], {}
    with contextlib.suppress(ProgrammingError, ValueError):
        if scheme in ("postgres", "postgresql"):
            config = _postgres(url)
        elif scheme in ("mysql", "sqlite"):
            config = environ.Env.db_url_config(url)
    if not config.get("NAME"):
        raise ImproperlyConfigured(
            f"{variable} is not a database URL: write postgresql://user:password@host:5432/name, "
            "with the special characters of the password percent-encoded."
        )
    return _fail_fast(config)


def require_postgres(variable: str, config: dict[str, Any]) -> None:
    """Refuse another engine: pages are written by COPY."""
    if config["ENGINE"] != POSTGRES:
        raise ImproperlyConfigured(
            f"{variable} must be a PostgreSQL database: only LEGACY_DATABASE_URL may be another."
        )


def read_only(config: dict[str, Any]) -> dict[str, Any]:
    """The same database for reading alone, each transaction a snapshot; the database itself refuses to write."""
    options = dict(config.get("OPTIONS") or {})
    name = config["NAME"]
    if config["ENGINE"].endswith("mysql"):
        options |= {"isolation_level": "repeatable read", "init_command": "SET SESSION TRANSACTION READ ONLY"}
    elif config["ENGINE"].endswith("sqlite3"):
        options |= {"uri": True}
        name = f"file:{quote(str(name))}?mode=ro"
    else:
        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
        options["options"] = f"{options.get('options', '')} {READ_ONLY}".strip()
    return {**config, "NAME": name, "OPTIONS": options, "TEST": {"MIGRATE": False}}


def _postgres(url: str) -> dict[str, Any]:
    """As libpq reads it: sockets (%2F), several hosts, sslmode and other options mean what they mean to psql."""
    given = conninfo_to_dict(url)
    fields = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    config = {ours: str(given.pop(theirs, "") or "") for ours, theirs in fields.items()}
    return {"ENGINE": POSTGRES, **config, "OPTIONS": given}


def _fail_fast(config: dict[str, Any]) -> dict[str, Any]:
    if config["ENGINE"].endswith("sqlite3"):
        return config
    options = {"connect_timeout": CONNECT_TIMEOUT_S, **(config.get("OPTIONS") or {})}
    return {**config, "OPTIONS": options}
