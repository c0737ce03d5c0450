"""The files of the documentation and their times: what changed since somebody looked."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

FOLDERS: Final = ("docs", "snippets")
NAVIGATION: Final = "navigation.toml"
MOST_FILES: Final = 20_000
Times = Mapping[str, tuple[int, int]]


def look(root: Path) -> Times:
    """Return time and size of each file that belongs to the documentation, by its path.

    What begins with a dot is passed over, and folders behind links are not entered.
    """
    found: dict[str, tuple[int, int]] = {}
    for file in _files(root):
        try:
            facts = file.stat()
        except OSError:
            continue
        found[file.relative_to(root).as_posix()] = (facts.st_mtime_ns, facts.st_size)
        if len(found) >= MOST_FILES:
            break
    return found


def _files(root: Path) -> Iterator[Path]:
    if (root / NAVIGATION).is_file():
        yield root / NAVIGATION
    for name in FOLDERS:
        for folder, folders, files in os.walk(root / name):
            folders[:] = sorted(each for each in folders if not each.startswith("."))
            yield from (Path(folder, each) for each in sorted(files) if not each.startswith("."))
