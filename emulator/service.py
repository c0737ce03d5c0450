"""The whole emulator as one function from request to response, without sockets."""

import ipaddress
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from emulator import control, gateway
from emulator.calls import Site
from emulator.control import Control
from emulator.faults import Faults
from emulator.gateway import Gateway
from emulator.journal import Entry, Journal, Kind
from emulator.management import Management
from emulator.messages import PRESENT, Exchange, Link, Request, Response
from emulator.token_endpoint import PATH as TOKEN_PATH

Observer = Callable[[Exchange], None]


class Door(Protocol):
    """A service that lets callers in: gives tokens, or says who the machine is."""

    def serves(self, request: Request) -> bool:
        """Whether a call is for it."""
        ...

    def answer(self, request: Request) -> Response:
        """Answer the call."""
        ...


@dataclass(frozen=True)
class Service:
    """Sends each request where it belongs, journals it and tells the observers."""

    site: Site
    management: Management
    gateway: Gateway
    doors: Sequence[Door]
    control: Control
    journal: Journal
    faults: Faults
    observers: Sequence[Observer] = ()

    def answer(self, request: Request, link: Link = PRESENT) -> Response:
        """Answer one request. What observers raise reaches the server, which answers 500."""
        if not _loopback(request):
            return Response(403, b"Only this machine may ask", {"Content-Type": "text/plain"})
        if request.path.startswith(control.BASE):
            return self.control.answer(request)
        if self.site.flavor == "x":
            request = _meant(request)
        begun = time.perf_counter()
        response, injected = self.faults.answer(request, self._route, link)
        self._note(request, response, (time.perf_counter() - begun) * 1000)
        for observer in self.observers:
            observer(Exchange(self.site.flavor, request, response, injected))
        return response

    def _route(self, request: Request) -> Response:
        kind = self._kind(request)
        if kind == "management":
            return self.management.answer(request)
        if kind == "gateway":
            return self.gateway.answer(request)
        door = self._door(request)
        if door:
            return door.answer(request)
        return Response(404, b"Not Found", {"Content-Type": "text/plain"})

    def _note(self, request: Request, response: Response, milliseconds: float) -> None:
        kind = self._kind(request)
        if kind is None:
            return
        # Assertions, passwords and codes open accounts; nobody needs them in a journal.
        secret = kind == "token"
        body = "" if secret else request.body.decode("utf-8", "replace")
        moment = datetime.fromtimestamp(self.site.clock(), UTC).isoformat(timespec="milliseconds")

        def make(number: int) -> Entry:
            return Entry(
                number=number,
                kind=kind,
                time=moment,
                method=request.method,
                path=request.path,
                query="" if secret else request.query_string,
                status=response.status,
                milliseconds=round(milliseconds, 3),
                request_id=request.headers.get("x-request-id", ""),
                body=body,
            )

        self.journal.add(make)

    def _door(self, request: Request) -> Door | None:
        return next((each for each in self.doors if each.serves(request)), None)

    def _kind(self, request: Request) -> Kind | None:
        if request.path == "/v1" or request.path.startswith("/v1/"):
            return "management"
        if gateway.serves(request.path):
            return "gateway"
        return "token" if request.path == TOKEN_PATH or self._door(request) else None


def _meant(request: Request) -> Request:
    """Google's own client sends a read with a long query as a POST that says so."""
    if request.method != "POST" or request.headers.get("x-http-method-override") != "GET":
        return request
    target = f"{request.path}?{request.body.decode('ascii', 'replace')}"
    return replace(request, method="GET", target=target, body=b"")


def _loopback(request: Request) -> bool:
    """From this machine, and meant for it: a page elsewhere cannot borrow a browser's reach."""
    host = request.headers.get("host", "").rsplit(":", 1)[0] if request.headers else ""
    named = host in ("", "localhost") or _is_loopback(host.strip("[]"))
    return named and _is_loopback(request.remote)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
