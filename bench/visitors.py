"""People who use the portal: pages and keys, at a given pace, by a process of its own.

It reads walks as lines of JSON and answers each with one line, until its input ends.
"""

import itertools
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median, quantiles
from typing import Final
from urllib.parse import urlencode

from bench.house import PEOPLE_FILE, read_people
from bench.load import OK, TIMEOUT_SECONDS
from bench.pages import COOKIE, MY_APPS, PRODUCTS, apps_on

NO_ANSWER: Final = "no answer"
AN_APP: Final = "an app"
PAGES: Final = (MY_APPS, "/", MY_APPS, PRODUCTS, AN_APP)
# Every so many pages of an app somebody shows its key.
SHOWN_EVERY: Final = 10
# Steps through everybody in an order in which neighbors do not follow each other.
STEP: Final = 7_919

_TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
_SHOW: Final = re.compile(r'action="([^"]+/reveal)"')


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Visits to one port: so many, or for so many seconds; ``rate`` is how many a second.

    A rate of 0 goes as fast as it is answered. ``begin`` is the number of the first visit, which
    says who comes and to which page.
    """

    port: int
    connections: int
    rate: float = 0.0
    seconds: float = 0.0
    visits: int = 0
    begin: int = 0


@dataclass(frozen=True, kw_only=True)
class Walked:
    """How many requests were answered with which status, in how many seconds and milliseconds.

    ``visits`` is how many were begun; ``behind`` how many seconds the last one was too late.
    """

    visits: int
    seconds: float
    statuses: Mapping[str, int] = field(default_factory=dict)
    middle: float = 0.0
    slowest_hundredth: float = 0.0
    behind: float = 0.0

    @property
    def per_second(self) -> float:
        return sum(self.statuses.values()) / self.seconds

    @property
    def wrong(self) -> int:
        """How many answers were no pages."""
        return sum(count for status, count in self.statuses.items() if status != str(OK))


class Crowd:
    """Everybody's sessions, and what a browser knows: the address of somebody's first app."""

    def __init__(self, cookies: Sequence[str]) -> None:
        self._cookies = cookies
        self._apps: dict[int, str] = {}
        self._connections: list[HTTPConnection] = []

    def walk(self, walk: Walk) -> Walked:
        """Make a walk and return what was answered."""
        begun = time.perf_counter()
        numbers = _Numbers(walk, begun)
        while len(self._connections) < walk.connections:
            connection = HTTPConnection("127.0.0.1", walk.port, timeout=TIMEOUT_SECONDS)
            self._connections.append(connection)
        with ThreadPoolExecutor(walk.connections) as pool:
            ways = [_Way(self, walk, each) for each in self._connections[: walk.connections]]
            for done in [pool.submit(way.go, numbers) for way in ways]:
                done.result()
        statuses = sum((way.statuses for way in ways), Counter[str]())
        times = [each for way in ways for each in way.milliseconds] or [0.0, 0.0]
        return Walked(
            visits=sum(way.visits for way in ways),
            seconds=time.perf_counter() - begun,
            statuses=dict(statuses),
            middle=median(times),
            slowest_hundredth=quantiles(times, n=100)[-1],
            behind=numbers.behind,
        )

    def close(self) -> None:
        """Close the connections."""
        for each in self._connections:
            each.close()

    def visitor(self, number: int) -> int:
        """Return who comes at the visit with this number."""
        return number * STEP % len(self._cookies)

    def headers(self, visitor: int) -> dict[str, str]:
        """Return what the visitor's browser sends."""
        return {"Cookie": f"{COOKIE}={self._cookies[visitor]}"}

    def page(self, visitor: int, number: int) -> str:
        """Return what is opened; My Apps where no app of the visitor is known yet."""
        # One further at each round, so that everybody opens all of them.
        page = PAGES[(number + number // len(self._cookies)) % len(PAGES)]
        return self._apps.get(visitor, MY_APPS) if page == AN_APP else page

    def remember(self, visitor: int, page: str) -> None:
        """Keep the address of the first app of a list."""
        if visitor not in self._apps and (found := apps_on(page)):
            self._apps[visitor] = min(found)


class _Numbers:
    """Hands out the numbers of visits, each when it is due."""

    def __init__(self, walk: Walk, begun: float) -> None:
        self._walk = walk
        self._begun = begun
        self._counted = itertools.count()
        self.behind = 0.0

    def __iter__(self) -> Iterator[int]:
        walk = self._walk
        # Taking a number is one step of the interpreter, so no two get the same one.
        for count in self._counted:
            due = self._begun + (count / walk.rate if walk.rate else 0.0)
            now = time.perf_counter()
            if walk.visits and count >= walk.visits:
                return
            if walk.seconds and max(now, due) >= self._begun + walk.seconds:
                return
            if walk.rate:
                self.behind = max(0.0, now - due)
                time.sleep(max(0.0, due - now))
            yield walk.begin + count


class _Way:
    """What one connection is used for in a walk; it stays open from walk to walk."""

    def __init__(self, crowd: Crowd, walk: Walk, connection: HTTPConnection) -> None:
        self._crowd = crowd
        self._walk = walk
        self._connection = connection
        self._apps = itertools.count(1)
        self.visits = 0
        self.statuses: Counter[str] = Counter()
        self.milliseconds: list[float] = []

    def go(self, numbers: _Numbers) -> None:
        """Make visits until there are no more numbers."""
        for number in numbers:
            self.visits += 1
            self._visit(number)

    def _visit(self, number: int) -> None:
        visitor = self._crowd.visitor(number)
        path = self._crowd.page(visitor, number)
        headers = self._crowd.headers(visitor)
        page = self._asked("GET", path, headers)
        if path == MY_APPS:
            self._crowd.remember(visitor, page)
        elif path.startswith(f"{MY_APPS}/") and next(self._apps) % SHOWN_EVERY == 0:
            token, action = _TOKEN.search(page), _SHOW.search(page)
            if token and action:
                self._show(action[1], token[1], headers)

    def _show(self, action: str, token: str, headers: Mapping[str, str]) -> None:
        """Press the button that shows a key."""
        form = urlencode({"csrf_token": token, "value": "key"})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self._asked("POST", action, {**headers, **kind}, form)

    def _asked(
        self, method: str, path: str, headers: Mapping[str, str], body: str | None = None
    ) -> str:
        """Return the page; what is not answered is counted as such."""
        begun = time.perf_counter()
        try:
            status, page = self._sent(method, path, headers, body)
        except (OSError, HTTPException):
            self._connection.close()
            self.statuses[NO_ANSWER] += 1
            return ""
        self.milliseconds.append((time.perf_counter() - begun) * 1000)
        self.statuses[str(status)] += 1
        return page

    def _sent(
        self, method: str, path: str, headers: Mapping[str, str], body: str | None
    ) -> tuple[int, str]:
        """Ask, once more where the server has closed a connection that lay idle, as browsers do."""
        was_open = self._connection.sock is not None
        try:
            self._connection.request(method, path, body, dict(headers))
            answer = self._connection.getresponse()
        except ConnectionError:  # http.client's RemoteDisconnected is one
            self._connection.close()
            if not was_open:
                raise
            self._connection.request(method, path, body, dict(headers))
            answer = self._connection.getresponse()
        return answer.status, answer.read().decode()


def main() -> None:
    """Make the walks that the lines ask for."""
    crowd = Crowd(list(read_people(Path(os.environ[PEOPLE_FILE])).values()))
    for line in sys.stdin:
        print(json.dumps(asdict(crowd.walk(Walk(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main()
