from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.content.site.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def told(folder: Folder) -> Callable[[str], list[str]]:
    """Write ``navigation.toml`` and return what is wrong with it."""

    def write(text: str) -> list[str]:
        folder.write("navigation.toml", text)
        return folder.problems()

    return write
