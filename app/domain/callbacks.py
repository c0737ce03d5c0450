"""Callback URLs that developers type: data that is never fetched, and never a script."""

from typing import Final

from app.domain.addresses import is_loopback, split_address
from app.domain.names import unprintable

MAX_CALLBACK: Final = 2000
NOT_HTTPS: Final = "Use an address that starts with https://, or http:// on your own machine."


def callback_problem(url: str) -> str | None:
    """Return what is wrong with a callback URL, or None when it can be used or is empty."""
    if not url:
        return None
    if len(url) > MAX_CALLBACK:
        return f"Use at most {MAX_CALLBACK} characters."
    if unprintable(url) or any(char.isspace() for char in url) or "\\" in url:
        return "Remove spaces, backslashes and characters that cannot be seen."
    try:
        parts = split_address(url)
        host = parts.hostname or ""
    except ValueError:
        return NOT_HTTPS
    if parts.username or parts.password or parts.fragment:
        return "Leave out user names, passwords and anything after #."
    allowed = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return None if allowed and host else NOT_HTTPS
