"""How gunicorn serves the portal: how it stops and reloads, whom it believes, what it tells.

Read where gunicorn is started in a checkout, and by ``portal serve`` everywhere. An application
cannot close a connection under gunicorn, which leaves its ``Connection`` header out.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Any, Final, Protocol

from gunicorn import util

from app.web import draining, exchange

worker_class: Final = "gthread"
# In seconds: with 5 for the drain before, all of it stays within the 30 that platforms grant.
graceful_timeout: Final = 20
control_socket_disable: Final = True
# A beat of each worker is a file, which a disk that is slow or read-only must not stop.
worker_tmp_dir: Final = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - files without a name

# Which header of a proxy counts is said by the portal's settings (``[proxy]``) alone.
forwarded_allow_ips: Final = ""
forwarder_headers: Final = ""
# Its access log, where somebody wants one: queries hold what is typed into searches and the codes
# of sign-ins, and so does the page that somebody came from.
access_log_format: Final = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s "%(a)s" %(M)s ms'


# In bytes, the most that gunicorn takes: what people paste into a search gets a page as answer.
limit_request_line: Final = 8_190

# Seconds between being unready and taking no more requests; `portal serve` says how many.
DRAIN_SECONDS: Final = float(os.environ.get("SERVER_DRAIN_SECONDS", "0"))
START_SECONDS: Final = 30.0
TRIAL: Final = "from app.starting import started; started()"

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


class Log(Protocol):
    """The part of gunicorn's log that is used here."""

    def info(self, message: str, *values: object) -> None: ...
    def error(self, message: str, *values: object) -> None: ...


class Server(Protocol):
    """The part of gunicorn's arbiter that is used here."""

    log: Log
    handle_term: Callable[[], None]
    handle_hup: Callable[[], None]
    manage_workers: Callable[[], None]
    num_workers: int

    def signal(self, number: int, frame: None) -> None: ...


class Worker(Protocol):
    """The part of gunicorn's worker that is used here; ``wsgi`` is the application."""

    log: Log
    wsgi: Any


def when_ready(server: Server) -> None:
    """Stop and reload as the portal wants it."""
    server.handle_term = _draining_first(server, server.handle_term)
    server.handle_hup = _if_it_would_start(server, server.handle_hup)


def _draining_first(server: Server, stop: Callable[[], None]) -> Callable[[], None]:
    """Be unready at the first SIGTERM, and stop after the drain or at the second one."""

    def begin() -> None:
        if not DRAIN_SECONDS or draining.has_begun():
            stop()
            return
        draining.begin()
        server.log.info("Unready now; requests are taken for %g more seconds", DRAIN_SECONDS)
        again = Timer(DRAIN_SECONDS, server.signal, (signal.SIGTERM, None))
        again.daemon = True
        again.start()

    return begin


def _if_it_would_start(server: Server, reload: Callable[[], None]) -> Callable[[], None]:
    """Go on with the old settings where the new ones are wrong: gunicorn would end instead."""

    def check() -> None:
        trial = subprocess.run([sys.executable, "-c", TRIAL], check=False)  # noqa: S603 - our own words
        if trial.returncode:
            server.log.error("Not reloaded: the portal would not start; see above")
            return
        manage = server.manage_workers
        server.manage_workers = _when_the_new_ones_answer(server, manage)
        exchange.begin()
        reload()

    return check


def _when_the_new_ones_answer(server: Server, manage: Callable[[], None]) -> Callable[[], None]:
    """Let the old processes go on for as long as the new ones start: gunicorn ends them at once.

    It calls this between starting the new ones and ending the old.
    """

    def wait() -> None:
        server.manage_workers = manage
        if exchange.end(server.num_workers, START_SECONDS):
            server.log.info("The new processes answer")
        manage()

    return wait


def post_worker_init(worker: Worker) -> None:
    """Say that the process can answer, and where the database is at fault why it is not ready."""
    exchange.tell()
    portal = getattr(worker.wsgi, "extensions", {}).get("portal")
    if portal and not portal.ready():
        worker.log.error(
            "The database does not answer or waits for its migrations: run `db upgrade`"
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
    """Close after a form that is refused unread: nobody waits for the rest of it.

    And close while the server drains, so that the next request goes where it is answered.
    """
    from app.flask_options import LARGEST_FORM  # noqa: PLC0415 - the workers have it, the master need not

    sent = dict(request.headers)
    length = sent.get("CONTENT-LENGTH", "0")
    is_large = length.isdecimal() and int(length) > LARGEST_FORM
    if is_large or "TRANSFER-ENCODING" in sent or draining.has_begun():
        request.must_close = True
