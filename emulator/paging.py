"""Cutting lists into pages: an inclusive `startKey` with `count`, and X's opaque page token."""

import base64
import binascii
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from emulator.calls import Call
from emulator.errors import bad_request, start_key_missing

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """The keys of one page and, with page tokens, the token of the next."""

    keys: Sequence[str]
    next_token: str = ""


def number(call: Call, name: str, cap: int) -> int:
    """A positive count parameter, at most `cap`; raises 400."""
    raw = call.query.get(name, "")
    if raw == "":
        return cap
    if not raw.isascii() or not raw.isdigit() or int(raw) == 0:
        if call.switches.bad_count == "ignore":
            return cap
        raise bad_request(f"Invalid value for {name}: {raw}")
    return min(int(raw), cap)


def key_page(
    call: Call, ordered: Sequence[str], entity: str, *, cap: int = PAGE, count: str = "count"
) -> Sequence[str]:
    """The page that starts with `startKey` itself, in the order of the keys."""
    size = number(call, count, cap)
    key = call.query.get("startKey", "")
    at = bisect_left(ordered, key) if key else 0
    found = at < len(ordered) and ordered[at] == key
    if key and not found and call.switches.missing_start_key == "refuse":
        raise start_key_missing(entity, key)
    return ordered[at : at + size]


def token_page(call: Call, ordered: Sequence[str]) -> Page:
    """The page of `pageSize` that a `pageToken` of an earlier answer names; raises 400."""
    size = number(call, "pageSize", PAGE)
    token = call.query.get("pageToken", "")
    at = bisect_left(ordered, _open(token)) if token else 0
    end = at + size
    if end >= len(ordered):
        return Page(ordered[at:])
    following = ordered[end - 1] if call.switches.page_token_inclusive else ordered[end]
    return Page(ordered[at:end], base64.urlsafe_b64encode(following.encode()).decode())


def _open(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise bad_request("Invalid page token") from None
