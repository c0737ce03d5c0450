"""Installing other people's clients below `var/clients/`, for `make conformance`.

They never meet the project's own packages: a virtual environment and a folder of npm packages of
their own, each from its lock. `python -m tools.other_clients` does nothing, and needs no network,
while the locks are unchanged.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tools.node import NodeMissing, find_node, find_npm

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "clients"
PYTHON = FOLDER / "venv" / "bin" / "python"
MODULES = FOLDER / "node_modules"
STAMP = FOLDER / ".installed"
PIP_LOCK = ROOT / "requirements" / "conformance.txt"
NPM_FILES = (
    ROOT / "tests" / "clients" / "package.json",
    ROOT / "tests" / "clients" / "package-lock.json",
    ROOT / ".npmrc",
)


class NotInstalled(Exception):
    """pip or npm could not install; the message is theirs, without addresses."""


def main() -> int:
    """Install when something changed; return the exit status for the shell."""
    wanted = fingerprint()
    if is_installed(wanted):
        return 0
    sys.stdout.write("Installing other people's clients below var/clients\n")
    sys.stdout.flush()
    STAMP.unlink(missing_ok=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        install_with_pip()
        install_with_npm()
    except (NodeMissing, NotInstalled) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    STAMP.write_text(wanted, encoding="utf-8")
    return 0


def fingerprint() -> str:
    """Return the hash of everything that decides what is installed."""
    digest = hashlib.sha256(sys.version.encode())
    for source in (PIP_LOCK, *NPM_FILES):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def is_installed(wanted: str) -> bool:
    """Tell whether the clients of the last installation are there and still right."""
    there = STAMP.exists() and PYTHON.exists() and MODULES.exists()
    return there and STAMP.read_text(encoding="utf-8") == wanted


def install_with_pip() -> None:
    """Make the virtual environment anew and fill it; raises `NotInstalled`."""
    venv.create(PYTHON.parent.parent, clear=True, with_pip=True)
    pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run([*pip, "--no-input", "--require-hashes", "--requirement", str(PIP_LOCK)])


def install_with_npm() -> None:
    """Install the npm packages without running their scripts; raises `NotInstalled`."""
    for file in NPM_FILES:
        shutil.copyfile(file, FOLDER / file.name)
    run([*find_npm(), "ci", "--ignore-scripts", "--loglevel=error"])


def run(command: list[str]) -> None:
    """Run an installer; raises `NotInstalled`."""
    path = f"{find_node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    outcome = subprocess.run(  # noqa: S603 - pip or npm with fixed arguments
        command,
        cwd=FOLDER,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        said = outcome.stderr or outcome.stdout
        said = re.sub(r"https?://\S+|host='[^']*'", "(address)", said)
        raise NotInstalled(f"other people's clients could not be installed:\n{said}")


if __name__ == "__main__":
    sys.exit(main())
