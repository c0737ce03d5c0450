"""What may not leave in a call, whatever a document or a form says: tricks in paths and headers.

A value of the path must stay one part of it. Headers that say who calls, or how the message is
cut, are never taken from a document.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

from app.domain.call import HOLE, Call
from app.domain.styles import Given, Place, Value

HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
FORBIDDEN: Final = frozenset(
    {
        *("accept-encoding", "authorization", "connection", "content-length", "cookie", "cookie2"),
        *("date", "expect", "forwarded", "host", "keep-alive", "origin", "referer", "te"),
        *("trailer", "transfer-encoding", "upgrade", "via", "x-real-ip", "x-request-id"),
        *("true-client-ip", "x-client-ip", "x-cluster-client-ip", "cf-connecting-ip"),
        *("x-http-method", "x-http-method-override", "x-method-override"),
    }
)
FORBIDDEN_BEGINNINGS: Final = ("proxy-", "sec-", "x-forwarded", "x-original-", "x-rewrite-")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PART: Final = "This value would lead to another path. Leave out .., //, \\ and line breaks."
LINE: Final = "A header is one line of plain letters."
EMPTY: Final = "The path needs a value here."


def may_be_sent(name: str, place: Place) -> bool:
    """Tell whether a parameter of a document is sent at all."""
    if place is Place.COOKIE:
        return False
    if place is not Place.HEADER:
        return True
    lower = name.lower()
    is_known = lower in FORBIDDEN or lower.startswith(FORBIDDEN_BEGINNINGS)
    return bool(HEADER_NAME.fullmatch(name)) and not is_known


def problem_of(given: Given) -> str:
    """Return what keeps a parameter's value from being sent; empty where nothing does."""
    texts = list(_texts(given.value))
    if given.place is Place.HEADER:
        is_line = all(not CONTROL.search(each) and _is_latin(each) for each in texts)
        return "" if is_line else LINE
    if given.place is not Place.PATH:
        return ""
    if not any(texts):
        return EMPTY
    return PART if any(_leads_away(each) for each in texts) else ""


def is_as_published(call: Call, url: str) -> bool:
    """Tell whether an address is that of the operation: its path still fits the template."""
    base, found = urlsplit(call.base_url), urlsplit(url)
    is_open = "{" in found.path  # a part of the path that the document has no parameter for
    if is_open or (base.scheme, base.netloc) != (found.scheme, found.netloc):
        return False
    template = base.path.rstrip("/") + call.path.partition("#")[0].partition("?")[0]
    parts = HOLE.split(template)
    pattern = "".join(
        r"[^/?#\\]+" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )
    return re.fullmatch(pattern, found.path) is not None and not CONTROL.search(url)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    for each in value.values() if hasattr(value, "values") else value:
        yield from _texts(each)
    if hasattr(value, "keys"):
        yield from value.keys()


def _is_latin(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _leads_away(text: str) -> bool:
    """Look at a value as it is and as servers would see it that decode once or twice too often."""
    for _ in range(3):
        parts = text.split("/")
        is_dotted = any(each.partition(";")[0] in {".", ".."} for each in parts)
        is_doubled = "//" in text or (len(parts) > 1 and not (parts[0] and parts[-1]))
        if is_dotted or is_doubled or "\\" in text or CONTROL.search(text):
            return True
        text = unquote(text)
    return False
