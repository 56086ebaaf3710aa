"""Where the embedded PostgreSQL lives, and which user runs it."""

import hashlib
import os
import pwd
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

#: A Unix socket's path has at most 103 bytes (macOS) or 107 (Linux); `/data/.s.PGSQL.5432` goes off.
LONGEST = 84
#: Characters of a path that pg_ctl or libpq cannot take.
FORBIDDEN = re.compile(r"""[$,"'`\\\n]""")


class EmbeddedError(ImproperlyConfigured):
    """The embedded PostgreSQL cannot be used; the text says why and what to do."""


def am_root() -> bool:
    return os.geteuid() == 0


def owner_of(data: Path) -> pwd.struct_passwd:
    """The user that PostgreSQL runs as: ourselves, or (it refuses root) the data's owner, `postgres` or `nobody`."""
    if not am_root():
        return _account(os.geteuid())
    if data.exists() and data.stat().st_uid:
        return _account(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and no user `nobody` is here: run this as an ordinary user."
    )


def _account(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"The user number {uid} has no account here, and PostgreSQL needs one: use another user, or set the URLs."
        ) from None


def can_enter(place: Path, user: pwd.struct_passwd) -> bool:
    """Whether the user may enter the folder (or execute the file) and all above it; what is missing counts as open."""
    for path in (place, *place.parents):
        if not path.exists():
            continue
        status = path.stat()
        shift = 6 if status.st_uid == user.pw_uid else 3 if status.st_gid == user.pw_gid else 0
        if not status.st_mode >> shift & 1:
            return False
    return True


def _fits(base: Path) -> bool:
    short = len(os.fsencode(base)) <= LONGEST
    return short and not FORBIDDEN.search(str(base)) and (not am_root() or can_enter(base, owner_of(base / "data")))


def choose_base(wanted: Path) -> Path:
    """The wanted folder, or a private one named after it where that is too long or closed to PostgreSQL's user.

    Nothing is created, and no permission of a folder that exists is changed, so every process of an
    installation comes to the same answer.
    """
    wanted = wanted.expanduser().resolve()
    name = f"legacy-migrator-{hashlib.sha256(os.fsencode(wanted)).hexdigest()[:10]}"
    home = Path(owner_of(wanted / "data").pw_dir)
    if am_root():
        others = [Path("/var/lib") / name, Path("/tmp") / name]
    else:
        others = [home / ".local" / "share" / name, Path("/tmp") / f"{name}-{os.geteuid()}"]
    for base in (wanted, *others):
        if _fits(base):
            return base
    raise EmbeddedError(f"No folder is fit for the embedded PostgreSQL: set EMBEDDED_PG_DIR (tried {wanted}).")


def make_base(base: Path, owner: pwd.struct_passwd) -> None:
    """Make the folder unless it is there and ours; PostgreSQL's user must be able to pass through it."""
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        if not base.is_dir():
            base.mkdir(mode=0o700)
            base.chmod(0o711 if am_root() else 0o700)
    except OSError as error:
        if not base.is_dir():  # another process may have been faster
            raise EmbeddedError(
                f"{base} cannot be made ({error.strerror}): set DATA_DIR to a folder that you may write to."
            ) from None
    if base.is_symlink() or base.stat().st_uid not in (os.geteuid(), owner.pw_uid):
        raise EmbeddedError(
            f"{base} belongs to {_user_name(base)}: run this as that user, or set DATA_DIR to a folder of your own."
        )
    if am_root() and not can_enter(base, owner):
        raise EmbeddedError(f"{base} is closed to the user {owner.pw_name}: set EMBEDDED_PG_DIR to an open place.")


def check_ours(data: Path, owner: pwd.struct_passwd) -> None:
    """Refuse the data of another user with a sentence instead of PostgreSQL's own refusal."""
    try:
        uid = data.stat().st_uid
    except FileNotFoundError:
        return
    except PermissionError:
        uid = -1
    if uid != owner.pw_uid:
        name = _user_name(data) if uid >= 0 else "another user"
        raise EmbeddedError(f"{data} belongs to {name}: run this as that user (or root), or set DATA_DIR.")


def _user_name(path: Path) -> str:
    uid = path.stat().st_uid
    try:
        return f"the user {pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"the user number {uid}"
