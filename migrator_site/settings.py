"""Settings, read from the environment and from `.env`; `.env.example` lists the variables.

Two ways to run. With no variable set it is a try-out: an embedded PostgreSQL holds all three databases, the
secrets are made once and kept in DATA_DIR, and only this machine is answered. Once a database URL or a secret
is set it is an installation: DEBUG is off unless it is set, and everything that is missing is refused by name.
"""

import os
import uuid
from collections.abc import Callable
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from migrator_site import databases, tryout
from migrator_site.unfold import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(os.environ.get("ENV_FILE", BASE_DIR / ".env"))

# Try-out or installation -----------------------------------------------------------------------------------

DATABASE_VARIABLES = {
    "default": "DATABASE_URL",
    "legacy": "LEGACY_DATABASE_URL",
    "target": "TARGET_DATABASE_URL",
}
REQUIRED = (*DATABASE_VARIABLES.values(), "SECRET_KEY", "UUID_NAMESPACE")
missing = [name for name in REQUIRED if not env.str(name, "").strip()]
TRY_OUT = len(missing) == len(REQUIRED)
DEBUG = env.bool("DEBUG", TRY_OUT)
if missing and not DEBUG:
    raise ImproperlyConfigured(
        f"Not set: {', '.join(missing)}. Set them in the environment or in .env (see .env.example)."
    )
if "UUID_NAMESPACE" in missing and "TARGET_DATABASE_URL" not in missing:
    raise ImproperlyConfigured(
        "UUID_NAMESPACE must be set where TARGET_DATABASE_URL is: the new keys are made from it, so it has to outlive "
        'this machine. Make one with `python -c "import uuid; print(uuid.uuid4())"` and keep it.'
    )

DATA_DIR = Path(env.str("DATA_DIR", "") or BASE_DIR / ".data").expanduser().resolve()
if missing:
    tryout.data_dir(DATA_DIR)


def _secret(variable: str, make: Callable[[], object]) -> str:
    return env.str(variable, "").strip() or tryout.kept(DATA_DIR / variable.lower(), lambda: str(make()))


SECRET_KEY = _secret("SECRET_KEY", get_random_secret_key)
try:
    #: The installation's secret namespace: every new UUID key is made from it and the legacy key.
    UUID_NAMESPACE = uuid.UUID(_secret("UUID_NAMESPACE", uuid.uuid4))
except ValueError:
    raise ImproperlyConfigured("UUID_NAMESPACE must be a UUID, such as `uuidgen` prints.") from None

# Databases -------------------------------------------------------------------------------------------------

_names = {"default": "control", "legacy": "legacy", "target": "target"}
EMBEDDED_DATABASES = {alias: name for alias, name in _names.items() if DATABASE_VARIABLES[alias] in missing}
EMBEDDED_SERVER = None
if EMBEDDED_DATABASES:
    if not env.bool("EMBEDDED_PG", True):
        raise ImproperlyConfigured(
            f"Not set: {', '.join(DATABASE_VARIABLES[alias] for alias in EMBEDDED_DATABASES)}, "
            "and EMBEDDED_PG=0 forbids the embedded PostgreSQL."
        )
    from migrator_site.embedded import Server
    from migrator_site.places import choose_base

    EMBEDDED_SERVER = Server(
        base=choose_base(Path(env.str("EMBEDDED_PG_DIR", "") or DATA_DIR / "postgres")),
        options=env.dict("EMBEDDED_PG_OPTIONS", default={}),
    )


def _database(alias: str) -> dict[str, object]:
    if EMBEDDED_SERVER and alias in EMBEDDED_DATABASES:
        config = EMBEDDED_SERVER.settings(EMBEDDED_DATABASES[alias])
    else:
        variable = DATABASE_VARIABLES[alias]
        config = databases.from_url(variable, env.str(variable))
        if alias != "legacy":
            databases.require_postgres(variable, config)
    config |= {"CONN_MAX_AGE": 0 if DEBUG else 60, "CONN_HEALTH_CHECKS": True}
    return databases.read_only(config) if alias == "legacy" else config


DATABASES = {alias: _database(alias) for alias in DATABASE_VARIABLES}
DATABASE_ROUTERS = ["migrator_site.router.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The migrator ----------------------------------------------------------------------------------------------

#: Legacy rows in a page, which is one transaction.
BATCH_SIZE = env.int("BATCH_SIZE", 2000)
if not 500 <= BATCH_SIZE <= 2000:
    raise ImproperlyConfigured(f"BATCH_SIZE is {BATCH_SIZE}: choose a number from 500 to 2000.")

#: How bad a finding has to be to stop a run before its next phase.
GATE = env.str("GATE", "critical")
if GATE not in ("critical", "error", "off"):
    raise ImproperlyConfigured(f"GATE is {GATE!r}: choose critical, error or off.")

# Applications ----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_q",
    "import_export",
    "migrator_site.apps.SiteConfig",
    "legacy.apps.LegacyConfig",
    "catalog.apps.CatalogConfig",
    "catalog.target.apps.TargetConfig",
    "runs.apps.RunsConfig",
    "runs.ledger.apps.LedgerConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "migrator_site.urls"
WSGI_APPLICATION = "migrator_site.wsgi.application"

# Background tasks ------------------------------------------------------------------------------------------

#: After so many seconds a worker hands a run on to the next one, between two pages: nobody keeps a worker for hours.
SLICE_SECONDS = env.int("SLICE_SECONDS", 60)
if SLICE_SECONDS < 1:
    raise ImproperlyConfigured("SLICE_SECONDS must be at least 1.")
Q_CLUSTER = {
    "name": "migrator",
    "label": "Background tasks",
    "workers": env.int("Q_WORKERS", 2),
    # A slice with its last page is far shorter. What comes twice all the same changes nothing.
    "timeout": 10 * SLICE_SECONDS,
    "retry": 12 * SLICE_SECONDS,
    # A failed task is not delivered again: the sweep decides what becomes of its run.
    "ack_failures": True,
    # Tasks wait in the broker, where other clusters see them, and not in this one.
    "queue_limit": 1,
    "catch_up": False,
    "poll": 1,
    "save_limit": 1000,
}
if REDIS_URL := env.str("REDIS_URL", ""):
    Q_CLUSTER["redis"] = REDIS_URL
else:
    Q_CLUSTER["orm"] = "default"

# Web -------------------------------------------------------------------------------------------------------

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
#: HTTPS=0 is for a closed network without certificates only: passwords then travel in the clear.
HTTPS = env.bool("HTTPS", not DEBUG)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 3600) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", "") or BASE_DIR / "staticfiles")
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
_static = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}

# Language, time, log ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "migrator_site.formats"
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "migrator_site.logs.Formatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    # Django's own handlers print again, or mail, what the root's prints.
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
}
