"""Make `.venv` with what requirements.txt names, unless it is there; of two callers at once the second waits."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"


def main() -> None:
    use_new_enough_python()
    try:
        lock = open(ROOT / ".venv.lock", "w")  # noqa: SIM115
    except OSError as error:
        sys.exit(f"{ROOT} cannot be written ({error.strerror}): use a clone of your own.")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = VENV / f".made-from-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]}"
        if stamp.exists() and works():
            return
        if not works():
            make()
        install()
        stamp.touch()


def use_new_enough_python() -> None:
    """Go on under a newer Python of this machine where `python3` is an old one."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])
    sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")


def works() -> bool:
    """Whether the environment's Python is there, runs and is new enough."""
    probe = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True).returncode == 0
    except OSError:
        return False


def make() -> None:
    print("Making .venv ...", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], stdout=subprocess.DEVNULL)
    if made.returncode:
        sys.exit(
            "Python could not make .venv: install its venv module (Debian and Ubuntu: apt-get install python3-venv)."
        )


def install() -> None:
    print("Installing requirements.txt into .venv ...", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if subprocess.run([*pip, "-r", REQUIREMENTS]).returncode:
        sys.exit("pip could not install requirements.txt: the reason is above.")


if __name__ == "__main__":
    main()
