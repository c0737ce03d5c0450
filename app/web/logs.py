"""Structured logs: one line of JSON per event on stderr, times in UTC, secrets masked."""

import json
import logging
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TextIO

from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter

from app.web import request_id
from app.web.masking import PLAIN, MaskingFilter, mask

access = logging.getLogger("app.access")

FIELDS: Final = ("levelname", "name", "message", "request_id")
GAP: Final = "The log could not be written for a while: lines are missing"
NAMES: Final = {"levelname": "level", "name": "logger", "exc_info": "exception"}
# These libraries write addresses, headers or statements with their values at lower levels, or, as
# soon as a command is looked for, what they are made of.
QUIET: Final = (
    "alembic.runtime.plugins",
    "authlib",
    "google.auth",
    "requests",
    "sqlalchemy.engine",
    "urllib3",
    "werkzeug",
)


class Answered(logging.LogRecord):
    """The record of a request, which holds nothing but words of ours, numbers and masked texts."""

    def __init__(self, facts: Mapping[str, object]) -> None:
        super().__init__(access.name, logging.INFO, __file__, 0, "request", None, None)
        self.request_id = mask(request_id.current())
        self.facts = facts
        self.__dict__.update(facts)


class Lines(JsonFormatter):
    """Writes records as JSON; those without an exception, which are most, in a third of the time.

    Whatever a record was given is a number or a text by now: see ``MaskingFilter``.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info or record.exc_text or record.stack_info:
            return super().format(record)
        line = {
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", ""),
            **(record.facts if isinstance(record, Answered) else _given(record)),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        return json.dumps(line)


def _given(record: logging.LogRecord) -> dict[str, object]:
    held = record.__dict__
    return {name: held[name] for name in held if name not in PLAIN and name != "request_id"}


class JsonLines(logging.StreamHandler[TextIO]):
    """The portal's own handler; its class tells it from handlers of others.

    A stream that takes nothing, such as a file on a full disk, stops nobody: the line is counted
    and dropped. Once the stream takes lines again, one says how many are missing.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lost = 0
        self.tell: Callable[[str], None] | None = None
        self.addFilter(_with_request_id)
        self.setFormatter(Lines(FIELDS, rename_fields=NAMES, timestamp="time"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, and after a gap one about the gap."""
        lost = self._lost
        super().emit(record)
        if lost and self._lost == lost:
            self._lost = 0
            said = logging.makeLogRecord({"name": __name__, "msg": GAP, "levelname": "WARNING"})
            said.lost = lost
            self.handle(said)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Count a line that the stream does not take; whatever else fails is told as ever."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError) and not self.stream.closed:
            super().handleError(record)
            return
        self._lost += 1
        if self.tell is not None:
            self.tell(type(error).__name__)


def tell_of_lost(tell: Callable[[str], None]) -> None:
    """Let ``tell`` have the name of the error of each line that is lost from now on."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, JsonLines):
            handler.tell = tell


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
            handler.addFilter(MaskingFilter(unless=Answered))
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
            "method": mask(request.method),
            "route": rule.rule if rule else None,
            "endpoint": request.endpoint,
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - g.begun_at) * 1000, 1),
            # Counting what is sent bit by bit would first read all of it.
            "bytes": None if response.is_streamed else response.calculate_content_length(),
            "account_id": account_id(),
        }
        if access.isEnabledFor(logging.INFO):
            access.handle(Answered(facts))
        return response

    app.before_request(_begin)
    app.after_request(tell)


def _begin() -> None:
    g.begun_at = time.perf_counter()


def _with_request_id(record: logging.LogRecord) -> bool:
    if not getattr(record, "request_id", ""):
        record.request_id = request_id.current()
    return True
