"""The files of the documentation and their times: what changed since somebody looked."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from app.content.files import ContentError
from app.domain.documentation import INDEX

FOLDERS: Final = ("docs", "snippets")
NAVIGATION: Final = "navigation.toml"
MOST_FILES: Final = 20_000
PAGE: Final = re.compile(r"docs/(.+)\.md")
ANY_INDEX: Final = re.compile(rf"docs/((?:.+/)?){INDEX}\.md", re.IGNORECASE)
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


def page_paths(times: Times) -> Iterator[str]:
    """Yield the paths of the pages below ``docs/``."""
    for name in times:
        if (found := PAGE.fullmatch(name)) and not _is_misnamed(name):
            yield found[1]


def misnamed(times: Times) -> Iterator[tuple[str, ContentError]]:
    """Yield each index in other letters, by the path it was meant for.

    It could ask for an audience of its folder, so the folder is shown to nobody until it is named
    as it must be.
    """
    for name in times:
        if _is_misnamed(name):
            folder = name.removeprefix("docs/").rpartition("/")[0]
            text = f"must be named {INDEX}.md, in small letters: rename it"
            yield f"{folder}/{INDEX}".lstrip("/"), ContentError(name, text)


def _is_misnamed(name: str) -> bool:
    return bool(ANY_INDEX.fullmatch(name)) and not name.endswith(f"/{INDEX}.md")
