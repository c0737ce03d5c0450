"""PostgreSQL and Redis go away and come back while people are at work; nobody mends anything."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
import requests
from redis import Redis

from tests.faults.bad_day import (
    WORKERS,
    Crowd,
    gather,
    listening,
    log_of,
    more,
    nothing_is_doubled_or_lost,
    served,
)
from tests.faults.crowd import Person
from tests.faults.workshop import Workshop, until
from tests.redis_server import RedisServer, run_redis
from tests.store.databases import PostgresServer

Back = Callable[[RedisServer, Path], AbstractContextManager[RedisServer]]
SIGNS = {"facts": b"portal:facts:", "limits": b"LIMITS:"}


def statuses(crowd: Crowd) -> Counter[str]:
    """Count what everybody was answered."""
    read = Counter({what.partition(" ")[2]: count for what, count in crowd.read.items()})
    return sum((Counter(form.answers) for form in crowd.forms), read)


def test_while_postgresql_is_away_people_are_told_so_and_then_all_goes_on(
    site: Workshop, server: PostgresServer
) -> None:
    crowd = gather(site)
    with listening(site) as listener, served(site, listener) as process, site.working() as worker:
        crowd.open_forms()
        with crowd.at_work():
            more(crowd, 3)
            server.stop()
            ready = requests.get(f"{site.plan.portal_url}/readyz", timeout=60)
            alive = requests.get(f"{site.plan.portal_url}/livez", timeout=60)
            until(lambda: statuses(crowd)["503"] >= 10)
            server.start()
            more(crowd, 3)
        assert (ready.status_code, alive.status_code) == (503, 200)
        assert {"200", "503"} <= set(statuses(crowd)) <= {"200", "409", "503"}
        crowd.come_back()
        nothing_is_doubled_or_lost(crowd)
        # The same processes as before, and none of them has an old connection left.
        assert (process.poll(), worker.poll()) == (None, None)
        assert {person.get("/account").status_code for person in crowd.persons.values()} == {200}
        crowd.shop.make_due()
        until(crowd.shop.ended)
    assert "Traceback" not in log_of(site)


def test_after_an_idle_night_with_a_restart_nobody_sees_an_error(
    site: Workshop, server: PostgresServer
) -> None:
    crowd = gather(site)
    persons = list(crowd.persons.values()) * 4
    with (
        listening(site) as listener,
        served(site, listener),
        ThreadPoolExecutor(len(persons)) as pool,
    ):
        assert {each.status_code for each in pool.map(look, persons)} == {200}
        server.stop()
        server.start()
        assert {each.status_code for each in pool.map(look, persons)} == {200}
    assert "The database does not answer:" not in log_of(site)


def look(person: Person) -> requests.Response:
    """Open a page that asks the database alone."""
    return person.get("/account")


@contextmanager
def killed(redis: RedisServer, folder: Path) -> Iterator[RedisServer]:
    """Let another one be there in its place, which holds nothing."""
    with run_redis(folder, redis.port) as another:
        yield another


@contextmanager
def silent(redis: RedisServer, _folder: Path) -> Iterator[RedisServer]:
    """Let the same one go on, without what it held."""
    redis.process.send_signal(signal.SIGCONT)
    with Redis.from_url(redis.url) as client:
        client.flushall()
    yield redis


@pytest.mark.parametrize(
    ("how", "back"), [(signal.SIGKILL, killed), (signal.SIGSTOP, silent)], ids=["killed", "silent"]
)
def test_while_redis_is_away_nobody_notices_and_then_it_is_used_again(
    site: Workshop, tmp_path: Path, how: signal.Signals, back: Back
) -> None:
    crowd = gather(site)
    with (
        ExitStack() as machines,
        listening(site) as listener,
        run_redis(tmp_path) as redis,
        served(site, listener, {"PORTAL_REDIS_URL": redis.url}),
    ):
        crowd.open_forms()
        with crowd.at_work():
            until(lambda: kept(redis) == set(SIGNS))
            redis.process.send_signal(how)
            until(lambda: log_of(site).count("Redis does not answer") >= WORKERS)
            more(crowd, 6)
            redis.process.poll()
            again = machines.enter_context(back(redis, tmp_path))
            until(lambda: kept(again) == set(SIGNS))
        assert set(statuses(crowd)) == {"200"}
        nothing_is_doubled_or_lost(crowd)


def kept(redis: RedisServer) -> set[str]:
    """Tell what the portal keeps in Redis at the moment."""
    with Redis.from_url(redis.url) as client:
        names = b" ".join(client.keys())
    return {what for what, sign in SIGNS.items() if sign in names}
