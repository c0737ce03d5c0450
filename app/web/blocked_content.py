"""What browsers report that the content security policy has blocked, as lines of the log.

Anybody can send such reports, so of each only three short facts are kept, without anything after
a ``?``; the same three are told once in ten minutes.
"""

import json
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from cachetools import TTLCache

LOG: Final = logging.getLogger(__name__)
LONGEST: Final = 200  # characters of one fact
MOST_AT_ONCE: Final = 20
MOST_REMEMBERED: Final = 500
SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Blocked:
    """The directive that something broke, where that came from, and on which page."""

    directive: str
    source: str
    page: str


class BlockedContent:
    """Tells the log of reports; one per process."""

    def __init__(self) -> None:
        self._told: TTLCache[Blocked, bool] = TTLCache(MOST_REMEMBERED, SECONDS)
        self._lock = threading.Lock()

    def tell(self, text: bytes) -> None:
        """Write what a report says that was not said lately; what is no report says nothing."""
        for found in blocked_in(text):
            with self._lock:
                is_new = found not in self._told
                self._told[found] = True
            if is_new:
                facts = {"directive": found.directive, "source": found.source, "page": found.page}
                LOG.warning("The content security policy blocked something", extra=facts)


def blocked_in(text: bytes) -> Iterator[Blocked]:
    """Yield what a report of either form says (CSP 3, 5.3 and Reporting API 1)."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return
    for item in (said if isinstance(said, list) else [said])[:MOST_AT_ONCE]:
        for name in ("body", "csp-report"):
            facts = item.get(name) if isinstance(item, dict) else None
            if isinstance(facts, dict):
                yield _blocked(facts)


def _blocked(facts: Mapping[str, object]) -> Blocked:
    directive = _first(facts, "effectiveDirective", "effective-directive", "violated-directive")
    source = _first(facts, "blockedURL", "blocked-uri")
    page = _first(facts, "documentURL", "document-uri")
    return Blocked(_plain(directive), _plain(_origin(source)), _plain(_path(page)))


def _first(facts: Mapping[str, object], *names: str) -> str:
    return next((text for name in names if isinstance(text := facts.get(name), str)), "")


def _origin(address: str) -> str:
    """Return scheme and host, or the word that stands for an address, such as ``inline``."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "unreadable"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else address[:20]


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return "unreadable"


def _plain(text: str) -> str:
    return text[:LONGEST].encode("unicode_escape").decode()
