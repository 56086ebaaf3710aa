"""The embedded PostgreSQL: starting, attaching, sharing, crashing, and what it refuses."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as project_settings
from django.db import connections

from migrator_site import places, programs
from migrator_site.embedded import PLAIN, Server
from migrator_site.lazy_postgres.base import DatabaseWrapper
from migrator_site.places import EmbeddedError

FAST = {"fsync": "off", "full_page_writes": "off"}


def connect(server: Server, name: str) -> psycopg.Connection:
    return psycopg.connect(host=str(server.data), port=5432, user="postgres", dbname=name, autocommit=True, **PLAIN)


@pytest.fixture
def folder():
    """A short folder that PostgreSQL's user may enter, unlike tmp_path."""
    path = Path(tempfile.mkdtemp(prefix="pg-test-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def starters():
    """A server that four processes started at once on an empty folder, and what each of them printed.

    The folder's name has what shells and URLs trip over, a half-made cluster lies in it, and the environment
    points elsewhere.
    """
    parent = Path(tempfile.mkdtemp(prefix="pg-test-", dir="/tmp"))
    parent.chmod(0o711)
    server = Server(base=parent / "a b & (c) é", options=FAST)
    (server.base / "data.tmp" / "base").mkdir(parents=True)
    if places.am_root():
        server.base.chmod(0o711)
    code = (
        "import sys; from pathlib import Path; from migrator_site.embedded import Server\n"
        f"server = Server(Path(sys.argv[1]), {FAST!r}); server.ensure(['one', 'two']); print(server.status().pid)"
    )
    env = os.environ | {"PGPORT": "1", "PGHOST": "db.example", "PGDATA": "/", "PGOPTIONS": "-c x=y", "LC_ALL": "xx_YY"}
    processes = [
        subprocess.Popen([sys.executable, "-c", code, server.base], env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    yield server, [process.communicate(timeout=60)[0].strip() for process in processes]
    server.stop()
    shutil.rmtree(parent)


@pytest.fixture
def server(starters) -> Server:
    """The module's server, running, with its two databases."""
    starters[0].ensure(["one", "two"])
    return starters[0]


def test_processes_at_once_share_one_server(starters):
    server, pids = starters
    assert pids == [str(server.status().pid)] * 4
    with connect(server, "one") as db:
        names = {row[0] for row in db.execute("SELECT datname FROM pg_database")}
    assert {"one", "two"} <= names


def test_attaching_is_quick_and_changes_nothing(server):
    pid, begun = server.status().pid, time.monotonic()
    made = server.ensure(["one", "two"], max_connections="7")
    assert time.monotonic() - begun < 1
    assert server.status().pid == pid
    assert made["one"] == server.settings("one")


def test_nobody_else_may_enter(server):
    assert server.data.stat().st_mode & 0o777 == 0o700
    assert server.log.stat().st_mode & 0o777 == 0o600
    with connect(server, "one") as db:
        assert db.execute("SHOW listen_addresses").fetchone() == ("",)


def test_the_url_is_libpq_s(server):
    with psycopg.connect(server.url("two")) as db:
        assert db.info.dbname == "two"


def test_stop_and_start_keep_the_rows(server):
    with connect(server, "one") as db:
        db.execute("CREATE TABLE kept AS SELECT generate_series(1, 100) AS id")
    assert server.stop()
    assert not server.status().running
    assert not server.stop()
    server.ensure(["one"])
    with connect(server, "one") as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (100,)
        db.execute("DROP TABLE kept")


def test_a_killed_server_comes_back_with_its_rows(server):
    with connect(server, "one") as db:
        db.execute("CREATE TABLE kept AS SELECT generate_series(1, 100) AS id")
    os.kill(server.status().pid, signal.SIGKILL)
    server.ensure(["one"])
    with connect(server, "one") as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (100,)
        db.execute("DROP TABLE kept")


def test_a_stranger_with_the_recorded_pid_is_left_alone(server):
    os.kill(server.status().pid, signal.SIGKILL)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        pid_file = server.data / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n" + pid_file.read_text().partition("\n")[2])
        assert not server.status().running
        server.ensure(["one"])
        assert server.status().pid != stranger.pid
        assert server.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_full_server_says_so_at_once(server):
    server.stop()
    server.ensure([], max_connections="5")
    held = [connect(server, "one") for _ in range(5)]
    begun = time.monotonic()
    with pytest.raises(psycopg.OperationalError, match="too many clients"):
        server.ensure([])
    assert time.monotonic() - begun < 2
    for db in held:
        db.close()
    server.stop()


def test_the_first_connection_starts_the_server(server, settings):
    server.stop()
    settings.EMBEDDED_SERVER, settings.EMBEDDED_DATABASES = server, {"default": "three"}
    config = {**connections["default"].settings_dict, **server.settings("three")}
    wrapper = DatabaseWrapper(config)
    with wrapper.wrap_database_errors:
        raw = wrapper.get_new_connection(wrapper.get_connection_params())
    assert raw.execute("SELECT current_database()").fetchone()[0] == "three"
    raw.close()


def test_data_of_another_major_version_is_refused_by_name(server):
    server.stop()
    marker = server.data / "PG_VERSION"
    true = marker.read_text()
    marker.write_text("12\n")
    try:
        with pytest.raises(EmbeddedError, match="was made by PostgreSQL 12"):
            server.ensure([])
    finally:
        marker.write_text(true)


def test_a_broken_setting_is_named(server):
    server.stop()
    with pytest.raises(EmbeddedError, match="no_such_setting"):
        server.ensure([], no_such_setting="1")


def test_settings_alone_start_nothing(folder):
    server = Server(folder / "pg")
    assert server.settings("one")["HOST"] == str(folder / "pg" / "data")
    assert not server.status().running
    assert not server.stop()
    assert not server.base.exists()


# Places ----------------------------------------------------------------------------------------------------


def test_a_fit_folder_is_taken(folder):
    assert places.choose_base(folder / "postgres") == (folder / "postgres").resolve()


@pytest.mark.parametrize("name", ["x" * 100, "a,b", "a$b", 'a"b', "a'b"])
def test_an_unfit_folder_gives_way_to_a_private_one(folder, name):
    chosen = places.choose_base(folder / name)
    assert chosen == places.choose_base(folder / name)
    assert chosen != places.choose_base(folder / f"{name}2")
    assert chosen.name.startswith("legacy-migrator-")
    assert len(os.fsencode(chosen)) <= places.LONGEST


def test_root_avoids_what_postgresql_s_user_cannot_enter(folder, monkeypatch):
    monkeypatch.setattr(places, "am_root", lambda: True)
    monkeypatch.setattr(places, "can_enter", lambda place, user: not place.is_relative_to(folder))
    assert places.choose_base(folder / "postgres").parent in (Path("/var/lib"), Path("/tmp"))
    assert not (folder / "postgres").exists()


def test_can_enter_reads_the_permissions_of_every_parent(folder):
    stranger = next(user for user in places.pwd.getpwall() if user.pw_uid not in (0, os.geteuid()))
    inner = folder / "closed" / "open"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o755)
    assert places.can_enter(inner / "missing", stranger)
    inner.parent.chmod(0o700)
    assert not places.can_enter(inner / "missing", stranger)
    assert places.can_enter(inner, places.pwd.getpwuid(os.geteuid()))


def test_data_of_another_user_is_refused_by_name(folder):
    stranger = next(user for user in places.pwd.getpwall() if user.pw_uid != os.geteuid())
    with pytest.raises(EmbeddedError, match=f"belongs to the user {places.pwd.getpwuid(os.geteuid()).pw_name}"):
        places.check_ours(folder, stranger)


def test_a_folder_that_cannot_be_made_is_named(folder):
    (folder / "file").touch()
    with pytest.raises(EmbeddedError, match="DATA_DIR"):
        Server(folder / "file" / "pg").ensure([])


def test_programs_out_of_reach_are_copied_readable(folder, monkeypatch):
    monkeypatch.setattr(programs, "am_root", lambda: True)
    monkeypatch.setattr(programs, "can_enter", lambda place, user: False)
    monkeypatch.delenv("EMBEDDED_PG_BIN", raising=False)
    owner = places.pwd.getpwuid(os.geteuid())
    copy = programs.reachable_binaries(folder, owner)
    assert copy.is_relative_to(folder)
    assert (copy / "postgres").stat().st_mode & 0o555 == 0o555
    assert programs.version(copy) == programs.version(programs.binaries())
    assert programs.reachable_binaries(folder, owner) == copy


def test_own_programs_out_of_reach_are_refused(folder, monkeypatch):
    monkeypatch.setattr(programs, "am_root", lambda: True)
    monkeypatch.setattr(programs, "can_enter", lambda place, user: False)
    monkeypatch.setenv("EMBEDDED_PG_BIN", str(folder))
    with pytest.raises(EmbeddedError, match="EMBEDDED_PG_BIN"):
        programs.reachable_binaries(folder, places.pwd.getpwuid(os.geteuid()))


def test_no_programs_are_named(folder):
    with pytest.raises(EmbeddedError, match="no usable PostgreSQL"):
        programs.version(folder)


# The command -----------------------------------------------------------------------------------------------


def test_the_command_looks_starts_and_stops(server, settings, capsys):
    from django.core.management import call_command

    settings.EMBEDDED_SERVER, settings.EMBEDDED_DATABASES = server, {"default": "one"}
    call_command("embedded", "stop")
    call_command("embedded", "status")
    assert capsys.readouterr().out.startswith("Stopped.\nIt does not run.\n")
    call_command("embedded", "start")
    assert f"Running, process {server.status().pid}." in capsys.readouterr().out
    call_command("embedded", "url")
    assert capsys.readouterr().out.strip() == f"default {server.url('one')}"


def test_the_command_needs_an_embedded_server(settings):
    from django.core.management import CommandError, call_command

    settings.EMBEDDED_SERVER = None
    with pytest.raises(CommandError, match="URLs are set"):
        call_command("embedded", "status")


def test_the_tests_have_a_cluster_of_their_own():
    assert project_settings.EMBEDDED_SERVER.options["fsync"] == "off"
