"""What is measured: rounds of warm pages, and first visits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from urllib.parse import quote

from bench.client import Client
from bench.crowd import FEW, known
from bench.house import House
from bench.load import Job, Work
from bench.pages import (
    ALIVE,
    COOKIE,
    LISTS,
    MY_APPS,
    PAGES,
    Page,
    WrongAnswer,
    apps_on,
    next_pages,
    warm_up,
    without_what_differs,
)

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
        for page in PAGES:
            headers = self.cookie(known(page.size))
            warm_up(partial(self._status, headers))
            _, own = get(self._house.portal, page.path, headers)
            _, constant = get(self._house.floor, page.at_the_floor, {})
            if without_what_differs(own) != without_what_differs(constant):
                raise WrongAnswer(f"The floor's page is not the portal's: {page.name}.")

    def round(self, page: Page, seconds: float) -> Round:
        """Measure both servers for so many seconds each."""
        self._house.refuse_to_go_on()
        floor = self._floor(page, seconds).per_second
        own = self._portal(known(page.size), page.path, page.path, seconds)
        return Round(floor, own.per_second)

    def warm_calls(self, size: int) -> int:
        """Return how many calls to Apigee a warm page takes."""
        self._portal(known(size), MY_APPS, MY_APPS)
        before = self.now()
        self._portal(known(size), MY_APPS, MY_APPS)
        return len(self.calls_since(before))

    def visit(self, email: str, size: int) -> Visit:
        """Let somebody in whom the portal has not seen, and beside that ask the other two."""
        self._house.refuse_to_go_on()
        call = self.call(email).milliseconds
        floor = self._floor(LISTS[size]).milliseconds
        before = self.now()
        portal = self._portal(email, MY_APPS, ALIVE).milliseconds
        calls = self.calls_since(before)
        return Visit(call, floor, portal, sum(map(_is_list, calls)), len(calls))

    def lists_to_the_end(self, email: str) -> tuple[int, int]:
        """Read somebody's apps to the end; return Apigee's lists and the apps that were shown."""
        before = self.now()
        headers = self.cookie(email)
        shown: set[str] = set()
        seen: set[str] = set()
        ahead = {MY_APPS}
        while ahead:
            seen |= ahead
            pages = [get(self._house.portal, path, headers)[1] for path in sorted(ahead)]
            shown = shown.union(*map(apps_on, pages))
            ahead = set().union(*map(next_pages, pages)) - seen
        return sum(map(_is_list, self.calls_since(before))), len(shown)

    def page(self, email: str, path: str) -> str:
        """Return what somebody sees there."""
        return get(self._house.portal, path, self.cookie(email))[1]

    def send(self, email: str, path: str, form: str) -> Work:
        """Send a form of somebody's over a connection that is open."""
        job = Job(
            port=self._house.portal,
            path=path,
            opening=ALIVE,
            headers=self.cookie(email),
            form=form,
        )
        return self._client.do(job)

    def at_once(self, port: int, emails: Sequence[str], path: str) -> Work:
        """Let everybody open a page at the same moment, each over a connection that is open."""
        people = [self.cookie(email) for email in emails]
        return self._client.do(Job(port=port, path=path, opening=ALIVE, people=people))

    def cookie(self, email: str) -> dict[str, str]:
        """Return the header that holds somebody's session."""
        return {"Cookie": f"{COOKIE}={self._house.cookies[email]}"}

    def warm(self, port: int, path: str, seconds: float) -> float:
        """Return pages per second of somebody whose pages are warm."""
        headers = self.cookie(known(FEW))
        return self._do(port, path, path, headers, seconds=seconds).per_second

    def now(self) -> int:
        """Return the number of Apigee's last call."""
        return self._house.apigee.journal.last

    def calls_since(self, number: int) -> list[str]:
        """Return the paths of the calls after that number."""
        return [
            entry.path
            for entry in self._house.apigee.journal.select(since=number, kind="management")
        ]

    def _status(self, headers: Mapping[str, str], path: str) -> int:
        return get(self._house.portal, path, headers)[0]

    def _floor(self, page: Page, seconds: float = 0.0) -> Work:
        return self._do(self._house.floor, page.at_the_floor, seconds=seconds)

    def _portal(self, email: str, path: str, opening: str, seconds: float = 0.0) -> Work:
        headers = self.cookie(email)
        return self._do(self._house.portal, path, opening, headers, seconds=seconds)

    def call(self, email: str) -> Work:
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


def _is_list(path: str) -> bool:
    return path.endswith("/apps")


def get(port: int, path: str, headers: Mapping[str, str]) -> tuple[int, str]:
    """Return status and text of a page."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
