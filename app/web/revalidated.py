"""Texts that readers keep, and ask each time whether they have changed: who may read can change."""

import hashlib
from collections.abc import Callable
from typing import Final, cast

from flask import Response, request

# Answers of these may be kept, by the reader alone, and are asked for each time.
ENDPOINTS = frozenset({
    "api_twins.operation",
    "api_twins.show",
    "apis.document",
    "docs.send",
    "docs.twin",
    "machines.llms",
    "machines.robots",
    "machines.site_map",
})  # fmt: skip
OK: Final = 200
# Files that are the same for everybody: each says itself how long it is kept.
FILES = frozenset({"static", "theme.send", "theme.style"})


def answered_by(version: str, write: Callable[[], str], media_type: str) -> Response:
    """Answer with a text that is written only for who does not have this version of it."""
    answer = Response(content_type=f"{media_type}; charset=utf-8")
    answer.set_etag(hashlib.sha256(version.encode()).hexdigest()[:32])
    answer.make_conditional(request)
    if answer.status_code == OK:
        answer.set_data(write())
    return answer


def answered(text: str, media_type: str) -> Response:
    """Answer with a text, or with 304 to who has it."""
    content = text.encode()
    answer = Response(content, content_type=f"{media_type}; charset=utf-8")
    answer.set_etag(hashlib.sha256(content).hexdigest()[:32])
    return cast(Response, answer.make_conditional(request))
