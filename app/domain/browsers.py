"""What a browser calls itself, in words that its owner recognizes."""

from collections.abc import Sequence
from typing import Final

UNKNOWN: Final = "Unknown browser"

# The first that fits counts: each of them also claims to be those below it.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """Return browser and system of a ``User-Agent`` header, such as ``Firefox on Linux``."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if not browser:
        return UNKNOWN
    return f"{browser} on {system}" if system else browser


def _first(names: Sequence[tuple[str, str]], text: str) -> str:
    return next((words for mark, words in names if mark in text), "")
