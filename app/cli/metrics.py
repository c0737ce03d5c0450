"""Answers Prometheus for a process that serves no pages, such as the worker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Final
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from app.services.figures.office import FigureOffice

PATH: Final = "/metrics"
PLAIN: Final = ("Content-Type", "text/plain; version=0.0.4; charset=utf-8")


class _Quiet(WSGIRequestHandler):
    """Leaves requests out of the log, as the portal's own log does with addresses."""

    def log_message(self, *_told: object) -> None: ...


@contextmanager
def answering(office: FigureOffice, host: str, port: int) -> Iterator[int]:
    """Answer beside the work until it ends; give the port. Raises ``OSError`` for one in use."""
    with make_server(host, port, _application(office), handler_class=_Quiet) as server:
        thread = Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _application(
    office: FigureOffice,
) -> Callable[[WSGIEnvironment, StartResponse], list[bytes]]:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        is_asked = environ.get("PATH_INFO") == PATH and environ["REQUEST_METHOD"] == "GET"
        if is_asked and office.admits(environ.get("HTTP_AUTHORIZATION", "")):
            start_response("200 OK", [PLAIN, ("Cache-Control", "no-store")])
            return [office.told().encode()]
        start_response("404 Not Found", [PLAIN])
        return [b"There is no such page.\n"]

    return answer
