"""Make the environment (``.venv``) from the locks, hashes and all; run by any Python, by its path.

One run at a time; others wait for it. The stamp is written last and holds the digest of the lock,
so that an installation that was cut off, or one from another lock, is begun anew, whatever the
dates of the files. Needs the standard library only.
"""

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOG = Path("build", "logs", "environment.log")
LOCKS = ("requirements.lock", "requirements-cuda.lock")
LEAST = (3, 11)


def ensure(root: Path, install: Callable[[Path], None]) -> bool:
    """Have a finished environment in ``root/.venv``; say whether it was made now.

    Args:
        root: of the repository.
        install: fills the folder that it is given; what it starts keeps the lock until it ends, so
            that nothing writes into a folder that a later run makes anew.

    Raises:
        subprocess.CalledProcessError: the installation failed; there is no stamp then.
    """
    folder = root / ".venv"
    stamp = folder / ".complete"
    locks = b"".join((root / name).read_bytes() for name in LOCKS)
    wanted = hashlib.sha256(locks).hexdigest()
    (root / "build").mkdir(exist_ok=True)
    with (root / "build" / ".environment.lock").open("a", encoding="utf-8") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another run makes the environment; waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return False
        shutil.rmtree(folder, ignore_errors=True)
        install(folder)
        stamp.write_text(wanted, encoding="utf-8")
    return True


def install_packages(folder: Path) -> None:
    """Install what the locks say, and this project in place; what pip says goes to the log.

    Every file is compared with the lock's hashes; what builds an unbuilt one is from the lock too.
    A build of PyTorch that lies on this machine goes before that of the registry, which on Linux
    needs CUDA: ``pip check`` misses it then, and it is fetched.
    """
    print(f"making {folder.name} (once; some minutes)", flush=True)
    (ROOT / LOG).parent.mkdir(parents=True, exist_ok=True)
    lock, cuda = ((ROOT / name) for name in LOCKS)
    pip = [str(folder / "bin" / "python"), "-m", "pip"]
    plain = [*pip, "install", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    locked = [*plain, "--require-hashes", "-r"]
    builders = folder / "builders.txt"
    torch = folder / "torch.txt"
    with (ROOT / LOG).open("wb") as log:

        def run(command: list[str], *, check: bool = True) -> bool:
            done = subprocess.run(
                command, cwd=ROOT, stdout=log, stderr=log, close_fds=False, check=check
            )
            return done.returncode == 0

        run([sys.executable, "-m", "venv", str(folder)])
        text = lock.read_text(encoding="utf-8")
        builders.write_text(only(text, "setuptools", "wheel"), encoding="utf-8")
        torch.write_text(only(text, "torch"), encoding="utf-8")
        run([*locked, str(builders)])
        run([*locked, str(torch), "--no-index"], check=False)
        run([*locked, str(lock)])
        if not run([*pip, "check"], check=False):
            run([*locked, str(cuda)])
        run([*plain, "-e", "."])


def only(lock: str, *names: str) -> str:
    """Return the entries of some packages of a lock, with their hashes.

    Args:
        lock: text of a lock.
        names: of packages.
    """
    entries = re.split(r"\n(?=\S)", lock)
    return "\n".join(one for one in entries if one.partition("==")[0] in names) + "\n"


def main() -> int:
    """Command line: no arguments."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    if sys.version_info < LEAST:
        found = sys.version.split()[0]
        print(f"error: Python 3.11 or newer is needed, this is {found}", file=sys.stderr)
        return 1
    try:
        ensure(ROOT, install_packages)
    except (subprocess.CalledProcessError, OSError) as error:
        log = ROOT / LOG
        lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
        said = [line for line in lines if line.lower().startswith("error")][-5:]
        said = said or [f"error: {error}"]
        print("\n".join([*said, f"the whole log: {LOG}"]), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
