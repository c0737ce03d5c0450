"""A content folder with one valid API, for tests to change."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from app.content.catalogue import ContentCatalogue
from app.content.compiling.limits import Limits
from app.content.compiling.workshop import DEFAULT_LIMITS, Workshop
from app.content.shelf import Shelf

Write = Callable[..., Path]

TOML: Final = """\
title = "Weather"
document = "openapi.json"
products = ["weather-free", "weather-pro"]
base_url = "https://api.example.com/weather"
key_in = "query:apikey"
token_url = "https://api.example.com/token"
proxy = "weather-v1"
base_path = "/weather"
environments = ["test", "prod"]
"""
OPENAPI: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {"title": "Weather API", "version": "1.2", "description": "Looks at the sky."},
    "paths": {
        "/today": {"get": {"operationId": "today", "summary": "Weather of today"}},
        "/cities/{city}": {"get": {}, "delete": {"operationId": "remove city!"}},
        "x-note": {"get": {}},
    },
}
DRAWING: Final = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
DOCS: Final[dict[str, str]] = {
    "index.md": "# Documentation\n\nBegin with [the first page](guides/first.md).\n",
    "guides/first.md": "---\ntitle: First\n---\n\n## One\n\n![Map](map.svg)\n\n## Two\n\nText.\n",
    "guides/map.svg": DRAWING,
    "internal/index.md": "---\ntitle: Behind\naudience: [support]\n---\n\n![Map](map.svg)\n",
    "internal/map.svg": DRAWING,
    "closed/index.md": "---\ntitle: For a role that is none\naudience: [nobody]\n---\n\nText.\n",
    "closed/map.svg": DRAWING,
}


def write_docs(folder: Path, files: dict[str, str] = DOCS) -> Path:
    """Write pages and pictures below a folder ``docs``."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def at_once(work: Callable[[], object]) -> None:
    """Do what is else done while nobody waits."""
    work()


def catalogue_of(
    folder: Path,
    monotonic: Callable[[], float] = time.monotonic,
    start: Callable[[Callable[[], object]], object] = at_once,
    limits: Limits = DEFAULT_LIMITS,
) -> ContentCatalogue:
    """Return the APIs of a content folder, with a shelf in it."""
    shelf = Shelf(lambda: folder)
    return ContentCatalogue(folder, Workshop(shelf, start, limits, monotonic), monotonic)
