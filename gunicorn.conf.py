"""What gunicorn reads where it is started: how connections end, whom it believes, what it logs.

An application cannot close a connection under gunicorn, which leaves its ``Connection`` header out.
"""

from typing import Final, Protocol

# Which header of a proxy counts is said by the portal's settings (``[proxy]``) alone.
forwarded_allow_ips: Final = ""
forwarder_headers: Final = ""
# Its access log, where somebody wants one: queries hold what is typed into searches and the codes
# of sign-ins, and so does the page that somebody came from.
access_log_format: Final = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s "%(a)s" %(M)s ms'


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
