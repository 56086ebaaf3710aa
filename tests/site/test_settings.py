"""What the settings take, make for themselves, and refuse."""

import json
import os
import runpy
import stat
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from migrator_site import databases, tryout

ROOT = Path(__file__).resolve().parent.parent.parent
INSTALLATION = {
    "DATABASE_URL": "postgresql://migrator:pass%2Fword@db.example:5433/control",
    "LEGACY_DATABASE_URL": "postgresql://reader:word@old.example/legacy?sslmode=require",
    "TARGET_DATABASE_URL": "postgresql://migrator:word@db.example/new",
    "SECRET_KEY": "k3y-of-the-test-which-has-more-than-fifty-characters-as-it-must-have-0123456789",
    "UUID_NAMESPACE": "6a1f4c0e-5a3b-4a0d-9d1a-0d8d6d3b8f11",
    "ALLOWED_HOSTS": "migrator.example",
    "CSRF_TRUSTED_ORIGINS": "https://migrator.example",
}
FOREIGN = ("DEBUG", "EMBEDDED_PG", "EMBEDDED_PG_DIR", "EMBEDDED_PG_OPTIONS", "BATCH_SIZE", "DJANGO_SETTINGS_MODULE")


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Loads the settings afresh under exactly these variables."""

    def load(**variables):
        for name in (*INSTALLATION, *FOREIGN):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"DATA_DIR": str(tmp_path / "data"), "ENV_FILE": os.devnull, **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "migrator_site" / "settings.py"))

    return load


def manage(*words, **variables):
    env = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, **variables}
    return subprocess.run([sys.executable, ROOT / "manage.py", *words], env=env, capture_output=True, text=True)


# The try-out -----------------------------------------------------------------------------------------------


def test_without_any_variable_it_is_a_try_out(load, tmp_path):
    first = load()
    assert first["DEBUG"] and first["TRY_OUT"]
    assert {alias: config["NAME"] for alias, config in first["DATABASES"].items()} == {
        "default": "control",
        "legacy": "legacy",
        "target": "target",
    }
    assert set(first["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}
    assert not first["EMBEDDED_SERVER"].status().running

    again = load()
    assert again["SECRET_KEY"] == first["SECRET_KEY"]
    assert again["UUID_NAMESPACE"] == first["UUID_NAMESPACE"]
    assert again["UUID_NAMESPACE"].version == 4
    for name in ("secret_key", "uuid_namespace"):
        assert stat.S_IMODE((tmp_path / "data" / name).stat().st_mode) == 0o600


def test_another_installation_has_other_secrets(load, tmp_path):
    one, other = load(), load(DATA_DIR=str(tmp_path / "other"))
    assert one["SECRET_KEY"] != other["SECRET_KEY"]
    assert one["UUID_NAMESPACE"] != other["UUID_NAMESPACE"]


def test_the_first_process_s_secret_wins(tmp_path):
    path = tmp_path / "secret"

    def late():
        path.write_text("the other process's")
        return "mine"

    assert tryout.kept(path, late) == "the other process's"
    assert list(tmp_path.iterdir()) == [path]


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="set DATA_DIR"):
        tryout.data_dir(tmp_path / "file" / "data")
    with pytest.raises(ImproperlyConfigured, match="set DATA_DIR"):
        tryout.kept(tmp_path / "file" / "secret", str)


def test_debug_fills_what_is_missing(load):
    mixed = load(DEBUG="1", LEGACY_DATABASE_URL=INSTALLATION["LEGACY_DATABASE_URL"])
    assert mixed["EMBEDDED_DATABASES"] == {"default": "control", "target": "target"}
    assert mixed["DATABASES"]["legacy"]["HOST"] == "old.example"


# The installation ------------------------------------------------------------------------------------------


def test_an_installation_is_taken_as_it_is_set(load):
    loaded = load(**INSTALLATION)
    assert not loaded["DEBUG"]
    assert loaded["EMBEDDED_SERVER"] is None
    assert loaded["UUID_NAMESPACE"] == uuid.UUID(INSTALLATION["UUID_NAMESPACE"])
    assert not Path(os.environ["DATA_DIR"]).exists()
    control, legacy = loaded["DATABASES"]["default"], loaded["DATABASES"]["legacy"]
    assert (control["HOST"], control["PORT"], control["PASSWORD"]) == ("db.example", "5433", "pass/word")
    assert legacy["OPTIONS"]["sslmode"] == "require"
    assert legacy["OPTIONS"]["options"] == databases.READ_ONLY
    assert all(config["OPTIONS"]["connect_timeout"] for config in loaded["DATABASES"].values())


@pytest.mark.parametrize("name", [name for name in INSTALLATION if "ALLOWED" not in name and "CSRF" not in name])
def test_what_is_missing_is_named(load, name):
    with pytest.raises(ImproperlyConfigured, match=rf"^Not set: {name}\. .*\.env\.example"):
        load(**{**INSTALLATION, name: ""})


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DEBUG": "0"}, "Not set: DATABASE_URL, LEGACY_DATABASE_URL, TARGET_DATABASE_URL, SECRET_KEY, UUID_NAMESPACE"),
        ({"EMBEDDED_PG": "0"}, "EMBEDDED_PG=0 forbids"),
        ({"BATCH_SIZE": "499"}, "BATCH_SIZE is 499: choose a number from 500 to 2000"),
        ({"BATCH_SIZE": "2001"}, "BATCH_SIZE is 2001"),
        ({"UUID_NAMESPACE": "none", "DEBUG": "1"}, "UUID_NAMESPACE must be a UUID"),
        ({"TARGET_DATABASE_URL": "postgresql://h/new", "DEBUG": "1"}, "UUID_NAMESPACE must be set where"),
        ({**INSTALLATION, "DATABASE_URL": "mysql://u:word@h/db"}, "DATABASE_URL must be a PostgreSQL database"),
        ({**INSTALLATION, "TARGET_DATABASE_URL": "sqlite:////tmp/x"}, "TARGET_DATABASE_URL must be a PostgreSQL"),
    ],
)
def test_what_is_wrong_is_named(load, variables, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        load(**variables)


@pytest.mark.parametrize("url", ["postgresql://u:hush%zz@h/db", "hush", "postgresql://u:hush@h/", "http://hush/x"])
def test_a_bad_url_is_refused_without_repeating_it(url):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL is not a database URL") as refusal:
        databases.from_url("DATABASE_URL", url)
    assert "hush" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or not refusal.value.__context__


def test_a_socket_folder_is_decoded():
    config = databases.from_url("DATABASE_URL", "postgresql://postgres@%2Fvar%2FRun:5432/control")
    assert (config["HOST"], config["PORT"]) == ("/var/Run", "5432")
    assert databases.from_url("X", "postgresql:///control?host=/var/Run")["HOST"] == "/var/Run"


def test_own_connection_options_are_kept():
    url = "postgresql://h/db?connect_timeout=30&options=-csearch_path%3Dold"
    options = databases.read_only(databases.from_url("LEGACY_DATABASE_URL", url))["OPTIONS"]
    assert options["connect_timeout"] == "30"
    assert options["options"] == f"-csearch_path=old {databases.READ_ONLY}"


def test_a_mysql_legacy_is_read_only():
    options = databases.read_only(databases.from_url("LEGACY_DATABASE_URL", "mysql://u:p@h/db"))["OPTIONS"]
    assert options["init_command"] == "SET SESSION TRANSACTION READ ONLY"
    assert options["isolation_level"] == "repeatable read"


def test_a_sqlite_legacy_is_read_only(tmp_path):
    import sqlite3

    from django.db import OperationalError
    from django.db.backends.sqlite3.base import DatabaseWrapper

    path = tmp_path / "old db?.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE old (id integer)")
    made.close()
    config = databases.read_only(databases.from_url("LEGACY_DATABASE_URL", f"sqlite:///{path}".replace("?", "%3F")))
    wrapper = DatabaseWrapper({"TIME_ZONE": None, "CONN_MAX_AGE": 0, "AUTOCOMMIT": True, **config})
    raw = wrapper.get_new_connection(wrapper.get_connection_params())
    assert raw.execute("SELECT count(*) FROM old").fetchone() == (0,)
    with pytest.raises((OperationalError, sqlite3.OperationalError), match="readonly"):
        raw.execute("INSERT INTO old VALUES (1)")
    raw.close()


# The command line ------------------------------------------------------------------------------------------


def test_a_refusal_is_one_line_and_no_traceback():
    done = manage("migrate", DEBUG="0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("manage.py: Not set: DATABASE_URL")
    assert len(done.stderr.splitlines()) == 1


def test_an_unreachable_database_is_named_without_its_password():
    urls = {name: "postgresql://migrator:hush@127.0.0.1:1/x" for name in INSTALLATION if name.endswith("_URL")}
    done = manage("migrate", **{**INSTALLATION, **urls})
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr and "hush" not in done.stderr


def test_an_installation_passes_django_s_deployment_check():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **INSTALLATION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_scripts_collect_without_a_database(tmp_path):
    done = manage("collectstatic", "--no-input", **INSTALLATION, STATIC_ROOT=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "staticfiles.json").read_text())["paths"]["admin/css/base.css"]
