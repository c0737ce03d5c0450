"""How the content is read and what is made of it."""

from pathlib import Path

from pydantic import Field

from app.configuration.section import Section


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
