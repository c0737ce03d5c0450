"""One fault: which calls it hits, and what becomes of their answers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from email.utils import formatdate
from typing import Any, Literal, get_args

from emulator.messages import Delivery, Request, Response

LOGIN_PAGE = "/_emulator/login"
_HTML = "<!DOCTYPE html>\n<title>502</title>\n<h1>Bad Gateway</h1>\n"
_TOO_MANY = {
    "error": {
        "code": 429,
        "message": "Quota exceeded for quota metric 'API calls' and limit 'API calls per minute'"
        " of service 'apigee.googleapis.com' for consumer 'project_number:1'.",
        "status": "RESOURCE_EXHAUSTED",
    }
}
_STATUSES = range(200, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What to do to calls of `method` whose raw path the regular expression `path` is found in.

    `times` calls are hit, 0 means all of them. Without `status` the answer is the work's own,
    with `body` and `headers` laid over it; with one the work is done only if `after` says so,
    and its answer is lost. `delivery` is how the answer is sent: whole, in drips of `drip_bytes`
    every `drip_milliseconds`, truncated (shorter than its Content-Length), cut (framed well, but
    half of it), not at all (closed, reset), or held back (hang) until the faults are cleared or
    the client leaves. `pad_bytes` makes the body at least so long; `retry_after_seconds` adds
    Retry-After in that form. Raises ValueError for what makes no sense.
    """

    path: str = ""
    method: str = ""
    status: int = 0
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_milliseconds: int = 0
    times: int = 1
    after: bool = False
    delivery: Delivery = "whole"
    drip_bytes: int = 1
    drip_milliseconds: int = 50
    pad_bytes: int = 0
    retry_after_seconds: int = 0
    retry_after_form: Literal["seconds", "date"] = "seconds"

    def __post_init__(self) -> None:
        for each in fields(self):
            _check(each.name, getattr(self, each.name))
        if self.status and self.status not in _STATUSES:
            raise ValueError("status: 0 or a number from 200 to 599 is expected")
        if self.drip_bytes == 0:
            raise ValueError("drip_bytes: at least 1 is expected")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path: {error}") from error

    @property
    def works(self) -> bool:
        """Whether the call does what it asks for."""
        unanswered = self.delivery in ("closed", "reset")
        return self.after or not (self.status or unanswered)

    @property
    def alters(self) -> bool:
        """Whether the answer is another than the work's own."""
        laid = (self.status, self.body is not None, self.headers, self.pad_bytes)
        return self.delivery not in ("whole", "hang") or any(laid) or bool(self.retry_after_seconds)

    def matches(self, request: Request) -> bool:
        method = self.method.upper()
        return method in ("", request.method) and bool(re.search(self.path, request.path))

    def response(self, work: Response | None, now: float) -> Response:
        """The answer to send; `work` is the real one where the status is not replaced."""
        base = work if work and not self.status else Response(self.status)
        if self.body is not None:
            text = isinstance(self.body, str)
            body = self.body if text else json.dumps(self.body)
            kind = "text/html" if text else "application/json"
            base = replace(base, body=body.encode(), headers={"Content-Type": kind})
        elif self.status:
            base = replace(base, headers={"Content-Type": "application/json"})
        return replace(
            base,
            body=base.body.ljust(self.pad_bytes),
            headers={**base.headers, **self._retry_after(now), **self.headers},
            delivery=self.delivery,
            drip_bytes=self.drip_bytes,
            drip_milliseconds=self.drip_milliseconds,
        )

    def _retry_after(self, now: float) -> dict[str, str]:
        if not self.retry_after_seconds:
            return {}
        seconds = self.retry_after_seconds
        dated = self.retry_after_form == "date"
        return {"Retry-After": formatdate(now + seconds, usegmt=True) if dated else str(seconds)}


# Ready-made faults by name, to be narrowed with `path`, `method` and `times`.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "unavailable": {"status": 503, "body": _HTML},
    "html": {"status": 200, "body": "<!DOCTYPE html>\n<title>Welcome</title>\n"},
    "html_error": {"status": 502, "body": _HTML},
    "wrong_content_type": {"headers": {"Content-Type": "text/plain"}},
    "list_for_object": {"body": []},
    "object_for_list": {"body": {"unexpected": True}},
    "text_for_json": {"body": "OK", "headers": {"Content-Type": "application/json"}},
    "no_content": {"status": 204},
    "no_content_after": {"status": 204, "after": True},
    "login_redirect": {"status": 302, "headers": {"Location": LOGIN_PAGE}},
    "oversized": {"pad_bytes": 64_000_000},
    "too_many": {"status": 429, "body": _TOO_MANY, "retry_after_seconds": 1},
    "too_many_until": {
        "status": 429,
        "body": _TOO_MANY,
        "retry_after_seconds": 1,
        "retry_after_form": "date",
    },
    "slow": {"delay_milliseconds": 1000},
    "drip": {"delivery": "drip"},
    "truncated": {"delivery": "truncated"},
    "cut": {"delivery": "cut"},
    "hang": {"delivery": "hang"},
    "reset": {"delivery": "reset"},
    "closed": {"delivery": "closed"},
    "lost_in_error": {"status": 503, "body": _HTML, "after": True},
    "lost_in_timeout": {"status": 504, "body": _HTML, "after": True},
    "lost_in_reset": {"delivery": "reset", "after": True},
    "lost_in_close": {"delivery": "closed", "after": True},
    "lost_in_hang": {"delivery": "hang", "after": True},
    "lost_in_truncation": {"delivery": "truncated", "after": True},
}


def read_fault(raw: Mapping[str, Any]) -> Fault:
    """A fault from JSON: its fields, and `preset` for those of a ready-made one.

    Raises ValueError naming what it cannot read.
    """
    given = dict(raw)
    named = "preset" in given
    name = given.pop("preset", "")
    if named and (not isinstance(name, str) or name not in PRESETS):
        raise ValueError(f"preset: one of {', '.join(PRESETS)} is expected")
    unknown = set(given) - {each.name for each in fields(Fault)}
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return Fault(**{**PRESETS.get(name, {}), **given})


def fault(preset: str, **changed: Any) -> Fault:
    """A ready-made fault with some fields changed. Raises ValueError."""
    return read_fault({"preset": preset, **changed})


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "delivery": get_args(Delivery),
    "retry_after_form": ("seconds", "date"),
}


def _check(name: str, value: Any) -> None:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise ValueError(f"{name}: one of {', '.join(_CHOICES[name])} is expected")
    elif name == "headers":
        texts = isinstance(value, Mapping) and all(map(_sendable, (*value, *value.values())))
        _expect(name, "an object of texts in ASCII", good=texts)
    elif name in ("path", "method"):
        _expect(name, "a text", good=isinstance(value, str))
    elif name == "after":
        _expect(name, "true or false", good=isinstance(value, bool))
    elif name != "body":
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        _expect(name, "a whole number, not negative,", good=whole)


def _sendable(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isprintable()


def _expect(name: str, what: str, *, good: bool) -> None:
    if not good:
        raise ValueError(f"{name}: {what} is expected")
