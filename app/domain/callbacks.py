"""Callback URLs that developers type: data that is never fetched, and never a script."""

import ipaddress
import re
from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from app.domain.addresses import is_loopback

MAX_CALLBACK: Final = 2000
NOT_HTTPS: Final = "Use an address that starts with https://, or http:// on your own machine."
UNFIT: Final = (
    "Remove spaces, backslashes and signs that an address cannot hold; write é as %C3%A9."
)

# What RFC 3986 lets an address hold.
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*")
# What a browser runs or reads from the machine instead of opening an app.
_RUNS: Final = frozenset(
    {"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"}
)
_HOST: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")


def callback_problem(url: str, schemes: Collection[str] = ()) -> str | None:
    """Return what is wrong with a callback URL, or None when it can be used or is empty.

    ``schemes`` are those of apps on people's own devices that the operator accepts.
    """
    if not url:
        return None
    if len(url) > MAX_CALLBACK:
        return f"Use at most {MAX_CALLBACK} characters."
    if not _PLAIN.fullmatch(url):
        return UNFIT
    try:
        parts = urlsplit(url)
        usable = _is_on_device(parts, schemes) or _is_usable(parts)
    except ValueError:
        return NOT_HTTPS
    if "@" in parts.netloc or "#" in url:
        return "Leave out user names, passwords and anything after #."
    return None if usable else NOT_HTTPS


def scheme_problem(scheme: str) -> str | None:
    """Return why callback URLs cannot have this scheme beside https, or None."""
    if not _SCHEME.fullmatch(scheme):
        return "a scheme is small letters, digits, '+', '-' and '.', without ://"
    if scheme in _RUNS or scheme in {"http", "https"}:
        return "this scheme has its own rule and cannot be opened"
    return None


def _is_on_device(parts: SplitResult, schemes: Collection[str]) -> bool:
    return parts.scheme in schemes and bool(parts.netloc or parts.path.strip("/"))


def _is_usable(parts: SplitResult) -> bool:
    """Raises ``ValueError`` for a port that is none."""
    host = parts.hostname or ""
    if parts.port == 0 or not (_HOST.fullmatch(host) or _is_ip(host)):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
