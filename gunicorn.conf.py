"""What gunicorn reads where it is started: how connections end, whom it believes, what it tells.

An application cannot close a connection under gunicorn, which leaves its ``Connection`` header out.
"""

from typing import Final, Protocol

from gunicorn import util

# Which header of a proxy counts is said by the portal's settings (``[proxy]``) alone.
forwarded_allow_ips: Final = ""
forwarder_headers: Final = ""
# Its access log, where somebody wants one: queries hold what is typed into searches and the codes
# of sign-ins, and so does the page that somebody came from.
access_log_format: Final = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s "%(a)s" %(M)s ms'


# In bytes, the most that gunicorn takes: what people paste into a search gets a page as answer.
limit_request_line: Final = 8_190

# What gunicorn answers itself, to requests that no application could read, is as bare as can be.
REFUSAL: Final = (
    "HTTP/1.1 {status} {reason}\r\n"
    "Connection: close\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: {length}\r\n"
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "\r\n"
    "{body}"
)


def refuse(connection: object, status: int, reason: str, _message: str) -> None:
    """Answer a request that cannot be read, without quoting it as gunicorn does."""
    body = f"{reason}\n"
    text = REFUSAL.format(status=status, reason=reason, length=len(body), body=body)
    util.write_nonblock(connection, text.encode("latin-1"))


def post_fork(_server: object, _worker: object) -> None:
    """Let the worker refuse in these words."""
    util.write_error = refuse


class Request(Protocol):
    """The part of gunicorn's request that is used here; names of headers are in capitals."""

    headers: list[tuple[str, str]]
    must_close: bool


def pre_request(_worker: object, request: Request) -> None:
    """Close after a form that is refused unread: nobody waits for the rest of it."""
    from app.flask_options import LARGEST_FORM  # noqa: PLC0415 - the workers have it, the master need not

    sent = dict(request.headers)
    length = sent.get("CONTENT-LENGTH", "0")
    is_large = length.isdecimal() and int(length) > LARGEST_FORM
    if is_large or "TRANSFER-ENCODING" in sent:
        request.must_close = True
