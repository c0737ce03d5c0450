"""Structured logs: one line of JSON per event on stderr, times in UTC, secrets masked."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter

from app.web import request_id
from app.web.masking import MaskingFilter

access = logging.getLogger("app.access")

FIELDS: Final = ("levelname", "name", "message", "request_id")
NAMES: Final = {"levelname": "level", "name": "logger", "exc_info": "exception"}
# These libraries write addresses, headers or statements with their values at lower levels.
QUIET: Final = (
    "authlib",
    "google.auth",
    "requests",
    "sqlalchemy.engine",
    "urllib3",
    "werkzeug",
)


class JsonLines(logging.StreamHandler[TextIO]):
    """The portal's own handler; its class tells it from handlers of others."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.addFilter(_with_request_id)
        self.setFormatter(JsonFormatter(FIELDS, rename_fields=NAMES, timestamp="time"))


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send every logger's records of ``level`` and above to stderr, as JSON.

    It may be called again. Handlers of others stay, but mask as well.
    """
    root = logging.getLogger()
    root.setLevel(level)
    for former in [handler for handler in root.handlers if isinstance(handler, JsonLines)]:
        root.removeHandler(former)
    root.addHandler(JsonLines(stream or sys.stderr))
    # The heads of the audit chain are evidence: no level leaves them out.
    logging.getLogger("portal.audit").setLevel(logging.INFO)
    for handler in root.handlers:
        if not any(isinstance(found, MaskingFilter) for found in handler.filters):
            handler.addFilter(MaskingFilter())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def install(app: Flask, account_id: Callable[[], int | None]) -> None:
    """Write one line per request; ``account_id`` names the person without reading anything.

    Install it before everything else with hooks, so that it sees the whole time and the
    final answer. The line holds the route's template, never the address that was asked for.
    """

    def tell(response: Response) -> Response:
        rule = request.url_rule
        facts = {
            "method": request.method,
            "route": rule.rule if rule else None,
            "endpoint": request.endpoint,
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - g.begun_at) * 1000, 1),
            # Counting what is sent bit by bit would first read all of it.
            "bytes": None if response.is_streamed else response.calculate_content_length(),
            "account_id": account_id(),
        }
        access.info("request", extra=facts)
        return response

    app.before_request(_begin)
    app.after_request(tell)


def _begin() -> None:
    g.begun_at = time.perf_counter()


def _with_request_id(record: logging.LogRecord) -> bool:
    if not getattr(record, "request_id", ""):
        record.request_id = request_id.current()
    return True
