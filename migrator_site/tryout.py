"""What an installation without any setting makes for itself, once, and keeps in DATA_DIR."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def data_dir(path: Path) -> Path:
    """The folder, made if it is missing. Others may pass through it (PostgreSQL's user must), not list it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_dir():
            path.mkdir()
            path.chmod(0o711)
    except OSError as error:
        if not path.is_dir():  # another process may have been faster
            raise ImproperlyConfigured(
                f"{path} cannot be made ({error.strerror}): set DATA_DIR to a folder that you may write to."
            ) from None
    return path


def kept(path: Path, make: Callable[[], str]) -> str:
    """The text in the file; on the first call it is made and written for our eyes only, the first process winning."""
    try:
        if not path.exists():
            fresh = path.with_name(f"{path.name}.{os.getpid()}")
            fresh.unlink(missing_ok=True)
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(make())
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
            fresh.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be used ({error.strerror}): run this as the user that made it, or set DATA_DIR."
        ) from None
