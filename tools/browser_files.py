"""Building `static/vendor/`: the browser files from npm, and one sprite of the listed icons.

`python -m tools.browser_files` does nothing when neither the lock nor the list of icons has changed
since the last time, so that only the first run needs the network.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.node import NodeMissing, find_node, find_npm

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICONS = ROOT / "tools" / "icons.txt"
STAMP = VENDOR / ".built-from"
SOURCES = (ROOT / "package-lock.json", ROOT / ".npmrc", ICONS, Path(__file__))
COPIES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "oat.min.css": "@knadh/oat/oat.min.css",
    "htmx.LICENSE": "htmx.org/LICENSE",
    "oat.LICENSE": "@knadh/oat/LICENSE",
    "icons.LICENSE": "lucide-static/LICENSE",
}


class BuildFailed(Exception):
    """npm could not install the packages; the message is npm's, without addresses."""


def main() -> int:
    """Build when something changed; return the exit status for the shell."""
    wanted = fingerprint()
    if is_current(wanted):
        return 0
    try:
        install_packages()
    except (NodeMissing, BuildFailed) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in COPIES.items():
        shutil.copyfile(MODULES / source, VENDOR / name)
    (VENDOR / "icons.svg").write_text(sprite(ICONS.read_text().split()), encoding="utf-8")
    STAMP.write_text(wanted, encoding="utf-8")
    sys.stdout.write("Browser files are in static/vendor/\n")
    return 0


def fingerprint() -> str:
    """Return the hash of everything that decides what is built."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def is_current(wanted: str) -> bool:
    """Tell whether the files of the last build are still there and still right."""
    files = [VENDOR / name for name in (*COPIES, "icons.svg")]
    installed = MODULES / ".package-lock.json"
    if not installed.exists() or not all(file.exists() for file in files):
        return False
    return STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted


def install_packages() -> None:
    """Run `npm ci`; raises `NodeMissing` or `BuildFailed`."""
    path = f"{find_node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    sys.stdout.write("Installing the browser files and the demo's sign-in (npm)\n")
    sys.stdout.flush()
    outcome = subprocess.run(  # noqa: S603 - npm with fixed arguments
        [*find_npm(), "ci", "--ignore-scripts", "--loglevel=error"],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        said = re.sub(r"https?://\S+", "(address)", outcome.stderr or outcome.stdout)
        raise BuildFailed(f"npm ci failed:\n{said}")


def sprite(names: list[str]) -> str:
    """Return one SVG with a symbol for each icon, to be used as `icons.svg#name`."""
    symbols = "".join(symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n'


def symbol(name: str) -> str:
    """Return the `<symbol>` of one icon, drawn in the text's colour."""
    drawing = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    found = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if found is None:
        raise BuildFailed(f"the icon {name} is not an SVG drawing")
    shapes = " ".join(found.group(1).split())
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>\n'
    )


if __name__ == "__main__":
    sys.exit(main())
