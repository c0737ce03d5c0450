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


def install(app: Flask, *, is_believed: bool) -> None:
    """Give every request an id: a new one, or the caller's if it looks like one.

    ``is_believed`` says that every caller is a proxy of ours; anybody else could choose what
    the audit log and Apigee know a request by.
    """

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "") if is_believed else ""
        _current.set(given if ACCEPTED.fullmatch(given) else uuid.uuid4().hex)

    app.after_request(_tell)
    app.teardown_request(_end)


def _tell(response: Response) -> Response:
    response.headers.add(HEADER, current())
    return response


def _end(_error: BaseException | None) -> None:
    _current.set("")
