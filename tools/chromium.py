"""Finding a Chromium for the browser tests, or getting one.

`python -m tools.chromium` looks on PATH and among Playwright's browsers, then tries to install
one. Without any it says so; in continuous integration (CI=true) that is a failure.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
LOUD = """
************************************************************************
  NO CHROMIUM: the browser tests are skipped, their promises unproven.
  Install one (on Debian: apt-get install chromium) and run again.
************************************************************************
"""


def find_chromium() -> Path | None:
    """Return the executable: from PATH, else Playwright's own, else None."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def main() -> int:
    """See to it that there is one; return the exit status for the shell."""
    if find_chromium():
        return 0
    for attempt in _attempts():
        sys.stdout.write(f"Looking for a Chromium: {' '.join(attempt[-3:])}\n")
        sys.stdout.flush()
        # Quiet: what these say names the servers they load from.
        subprocess.run(attempt, capture_output=True, check=False)  # noqa: S603 - fixed commands
        if find_chromium():
            return 0
    sys.stderr.write(LOUD)
    return 1 if os.environ.get("CI") == "true" else 0


def _attempts() -> list[list[str]]:
    own = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return own
    install = [apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    return [*own, [apt, "update", "-qq"], install]


if __name__ == "__main__":
    sys.exit(main())
