from pathlib import Path

import pytest

from tests.unit.content.pages.writing import Docs


@pytest.fixture
def docs(tmp_path: Path) -> Docs:
    return Docs(tmp_path)
