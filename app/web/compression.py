"""Smaller answers: files of the portal itself, and pages that nobody else can write into.

The length of a compressed page tells whether what somebody else wrote into it is like a secret
that is on it (BREACH). So a page of a person's is compressed only where its address says no more
than which page it is, and none of the administration is, which shows what strangers have sent.
Keys and secrets are shown by POST alone, whose answers are never compressed.
"""

import gzip
from contextlib import suppress
from threading import Lock
from typing import BinaryIO, Final, cast

from cachetools import LRUCache
from flask import Flask, Response, request

from app.web.application import vary
from app.web.revalidated import FILES

SMALLEST: Final = 1_000  # bytes; below, a packet is a packet
LARGEST: Final = 2_000_000  # bytes
LEVEL: Final = 6
QUICK: Final = 3  # a tenth larger in half of the time
ADMINISTRATION: Final = "/admin"
KEPT_FILES: Final = 64
TYPES: Final = frozenset({
    "application/json",
    "application/xml",
    "application/yaml",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/markdown",
    "text/plain",
})  # fmt: skip


def install(app: Flask) -> None:
    """Compress at the very end: install it before whatever else looks at answers."""
    files: LRUCache[tuple[str, str], bytes] = LRUCache(KEPT_FILES)
    lock = Lock()

    @app.after_request
    def compress(response: Response) -> Response:
        if not _may_be_smaller(response):
            return response
        personal = _is_personal(response)
        if personal and _others_write_into_it():
            return response
        vary(response, "Accept-Encoding")
        if not _takes_gzip():
            return response
        etag = response.get_etag()[0] or ""
        kept = (request.path, etag) if request.endpoint in FILES and etag else None
        read = response.response
        with lock:
            body = files.get(kept) if kept else None
        if body is None:
            response.direct_passthrough = False
            body = gzip.compress(response.get_data(), QUICK if personal else LEVEL, mtime=0)
            if kept:
                with lock:
                    files[kept] = body
        _put(response, read, body, etag)
        return response


def _takes_gzip() -> bool:
    told = request.environ.get("HTTP_ACCEPT_ENCODING", "").lower()
    return ("gzip" in told or "*" in told) and request.accept_encodings.quality("gzip") > 0


def _may_be_smaller(response: Response) -> bool:
    if request.method != "GET" or response.status_code != 200:  # noqa: PLR2004 - whole answers only
        return False
    if response.mimetype not in TYPES or "Content-Encoding" in response.headers:
        return False
    return SMALLEST <= (response.content_length or 0) <= LARGEST


def _is_personal(response: Response) -> bool:
    """Without a cookie there is nothing of a person on a page, nor in a file."""
    has_cookie = bool(request.cookies) or "Set-Cookie" in response.headers
    return has_cookie and request.endpoint not in FILES


def _others_write_into_it() -> bool:
    return bool(request.query_string) or request.path.startswith(ADMINISTRATION)


def _put(response: Response, read: object, body: bytes, etag: str) -> None:
    response.direct_passthrough = False
    with suppress(AttributeError):  # a list has no file to close
        cast(BinaryIO, read).close()
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    if etag:  # other bytes of the same thing
        response.set_etag(etag, weak=True)
