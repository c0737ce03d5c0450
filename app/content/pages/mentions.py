"""Which pages name which picture or download: whoever may read none of them may not have it."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote

from app.content.pages.media import TYPES

ENDINGS: Final = "|".join(suffix[1:] for suffix in TYPES)
MENTION: Final = re.compile(rf"[\w./%~@+-]+\.(?:{ENDINGS})\b", re.IGNORECASE)


def mentions(texts: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Return, for each file below ``docs/`` that texts name, the pages that do.

    ``texts`` are pairs of a page's path and what is written on it.
    """
    found: dict[str, set[str]] = {}
    for path, text in texts:
        for name in set(MENTION.findall(text)):
            found.setdefault(_below_docs(path, unquote(name)), set()).add(path)
    return {name: frozenset(pages) for name, pages in found.items()}


def _below_docs(path: str, name: str) -> str:
    if name.startswith("/"):
        return posixpath.normpath(name).removeprefix("/docs/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
