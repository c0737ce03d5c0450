"""One id per request, in every log line, in the answer and towards Apigee."""

import re
import uuid
from contextvars import ContextVar
from typing import Final

from flask import Flask, Response, request

HEADER: Final = "X-Request-Id"
ACCEPTED: Final = re.compile(r"[\w.-]{8,64}", re.ASCII)

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Return the id of the request that is being answered, or an empty text outside of one."""
    return _current.get()


def install(app: Flask) -> None:
    """Give every request an id: the caller's if it looks like one, else a new one."""
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(_end)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    _current.set(given if ACCEPTED.fullmatch(given) else uuid.uuid4().hex)


def _tell(response: Response) -> Response:
    response.headers[HEADER] = current()
    return response


def _end(_error: BaseException | None) -> None:
    _current.set("")
