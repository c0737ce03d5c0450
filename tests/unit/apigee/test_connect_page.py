"""What docs/connect.md says of credentials is what the portal does."""

from pathlib import Path

import pytest

from app.apigee.hints import HINTS

PAGE = (Path(__file__).parents[3] / "docs" / "connect.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", HINTS)
def test_every_sentence_about_credentials_is_explained(code: str) -> None:
    sentence = HINTS[code].split(". ")[0].split("{word}")[0].split("; the portal")[0].strip()
    assert f"| {sentence}" in PAGE
