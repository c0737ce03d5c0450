"""How the content is read and what is made of it."""

import re
from pathlib import Path
from typing import Final

from pydantic import Field, field_validator

from app.configuration.section import Section
from app.domain.shipped import NAMES

SAMPLE: Final = re.compile(r"[a-z0-9][a-z0-9-]* \S+")


class Content(Section):
    """How the content folder is read; where it is says content_dir."""

    cache_dir: Path = Field(
        Path("var/portal/content"),
        description="Folder for what is made of the content, such as drawn diagrams. It may be "
        "emptied at any time; where it cannot be written, a temporary folder is used.",
    )
    reload: bool = Field(
        False,
        description="Look at the files at each request, for whoever writes them. Otherwise a "
        "change is seen within 3 seconds.",
    )
    first_call: str = Field(
        "",
        description='Operation that the page "Your first call" shows with code to copy, '
        "and the home page to whom it is open: the API's slug and the operation's id, such as "
        '"weather getToday".',
    )
    without: tuple[str, ...] = Field(
        (),
        description="Pages of the portal below /docs/help/ that are not shown, of "
        f"{', '.join(NAMES)}. A page of your own in docs/help/ takes the place of one.",
    )

    @field_validator("first_call")
    @classmethod
    def _two_words(cls, text: str) -> str:
        if text and not SAMPLE.fullmatch(text):
            raise ValueError("must be an API's slug and an operation's id, with a blank between")
        return text

    @field_validator("without")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(names) - set(NAMES)
        if unknown:
            raise ValueError(f"has {min(unknown)[:40]!r}: must be of {', '.join(NAMES)}")
        return names
