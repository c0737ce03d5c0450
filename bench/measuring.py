"""What is measured: rounds of warm pages, and first visits."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from urllib.parse import quote

from bench.client import Client
from bench.crowd import FEW, MANY, known
from bench.house import House
from bench.load import Job, Work
from bench.pages import (
    ALIVE,
    COOKIE,
    MY_APPS,
    WrongAnswer,
    apps_on,
    next_pages,
    warm_up,
    without_what_differs,
)

SIZES = (FEW, MANY)
CONNECTIONS = 4


@dataclass(frozen=True)
class Round:
    """Pages per second of the floor and of the portal, one right after the other."""

    floor: float
    portal: float


@dataclass(frozen=True)
class Visit:
    """One first visit: milliseconds of a call to Apigee, of the floor's page and of the portal's.

    ``lists`` and ``calls`` are how many of Apigee's answers the portal's page took.
    """

    call: float
    floor: float
    portal: float
    lists: int
    calls: int


class Measuring:
    """Measures one house with one client."""

    def __init__(self, house: House, client: Client) -> None:
        self._house = house
        self._client = client

    def warm_up(self) -> None:
        """Read once what warm pages need; raises ``WrongAnswer`` if the floor's are others."""
        for size in SIZES:
            headers = self._cookie(known(size))
            warm_up(partial(self._status, headers))
            _, page = _get(self._house.portal, MY_APPS, headers)
            _, constant = _get(self._house.floor, f"/floor/{size}", {})
            if without_what_differs(page) != without_what_differs(constant):
                raise WrongAnswer(f"The floor's page with {size} apps is not the portal's.")

    def round(self, size: int, seconds: float) -> Round:
        """Measure both servers for so many seconds each."""
        self._house.refuse_to_go_on()
        floor = self._floor(size, seconds).per_second
        return Round(floor, self._portal(known(size), MY_APPS, seconds).per_second)

    def warm_calls(self, size: int) -> int:
        """Return how many calls to Apigee a warm page takes."""
        self._portal(known(size), MY_APPS)
        before = self._house.apigee.journal.last
        self._portal(known(size), MY_APPS)
        return len(self._calls_since(before))

    def visit(self, email: str, size: int) -> Visit:
        """Let somebody in whom the portal has not seen, and beside that ask the other two."""
        self._house.refuse_to_go_on()
        call = self._call(email).milliseconds
        floor = self._floor(size).milliseconds
        before = self._house.apigee.journal.last
        portal = self._portal(email, ALIVE).milliseconds
        calls = self._calls_since(before)
        return Visit(call, floor, portal, sum(map(_is_list, calls)), len(calls))

    def lists_to_the_end(self, email: str) -> tuple[int, int]:
        """Read somebody's apps to the end; return Apigee's lists and the apps that were shown."""
        before = self._house.apigee.journal.last
        headers = self._cookie(email)
        shown: set[str] = set()
        seen: set[str] = set()
        ahead = {MY_APPS}
        while ahead:
            seen |= ahead
            pages = [_get(self._house.portal, path, headers)[1] for path in sorted(ahead)]
            shown = shown.union(*map(apps_on, pages))
            ahead = set().union(*map(next_pages, pages)) - seen
        return sum(map(_is_list, self._calls_since(before))), len(shown)

    def _status(self, headers: Mapping[str, str], path: str) -> int:
        return _get(self._house.portal, path, headers)[0]

    def _floor(self, size: int, seconds: float = 0.0) -> Work:
        return self._do(self._house.floor, f"/floor/{size}", seconds=seconds)

    def _portal(self, email: str, opening: str, seconds: float = 0.0) -> Work:
        headers = self._cookie(email)
        return self._do(self._house.portal, MY_APPS, opening, headers, seconds=seconds)

    def _call(self, email: str) -> Work:
        """Ask Apigee for the list as the portal does."""
        headers = {"Authorization": f"Bearer {self._house.apigee.bearer()}"}
        organization = f"/v1/organizations/{self._house.apigee.organization}"
        path = f"{organization}/developers/{quote(email, safe='')}/apps?expand=true&count=100"
        return self._do(self._house.apigee.server.port, path, organization, headers)

    def _do(
        self,
        port: int,
        path: str,
        opening: str = "",
        headers: Mapping[str, str] | None = None,
        *,
        seconds: float = 0.0,
    ) -> Work:
        job = Job(
            port=port,
            path=path,
            opening=opening or path,
            headers=headers or {},
            connections=CONNECTIONS if seconds else 1,
            seconds=seconds,
        )
        return self._client.do(job)

    def _cookie(self, email: str) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self._house.cookies[email]}"}

    def _calls_since(self, number: int) -> list[str]:
        return [
            entry.path
            for entry in self._house.apigee.journal.select(since=number, kind="management")
        ]


def _is_list(path: str) -> bool:
    return path.endswith("/apps")


def _get(port: int, path: str, headers: Mapping[str, str]) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
