"""The cache that processes share: what one read the others know, and nothing in it is trusted."""

import pickle
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import MappingProxyType

import pytest
from redis import Redis

from app.domain.clock import SystemClock
from app.domain.keys import KeyPair
from app.domain.products import ApiProduct
from app.domain.secret import Secret
from app.services.facts import Dated, Facts
from app.web import shared_cache
from app.web.object_cache import ObjectCache
from app.web.shared_cache import Sealer, SharedCache, _name
from tests.faults.workshop import until
from tests.redis_server import RedisServer, run_redis

WAITS = 20
KEY = "0123456789abcdef-an-unguessable-key"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CATALOGUE = Dated(MappingProxyType({"maps": ApiProduct("maps", "Maps")}), NOON)


class HandTimer:
    """A timer that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with run_redis(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def redis(server: RedisServer) -> Iterator[Redis]:
    with Redis.from_url(server.url, socket_timeout=10) as client:
        client.flushall()
        yield client


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


def process(redis: Redis, timer: HandTimer, secret_key: str = KEY) -> SharedCache:
    """Return the cache as one more process has it."""
    return SharedCache(ObjectCache(100, 60, timer), redis, Sealer(secret_key), timer)


def test_what_one_process_read_another_one_knows(redis: Redis, timer: HandTimer) -> None:
    process(redis, timer).set("demo:products", CATALOGUE, 900)
    other = process(redis, timer)
    assert other.get("demo:products") == CATALOGUE
    assert other.has("demo:products")
    assert other.get("demo:other") is None


def test_what_lies_near_is_not_unpickled_again(redis: Redis, timer: HandTimer) -> None:
    cache = process(redis, timer)
    cache.set("key", CATALOGUE, 900)
    assert cache.get("key") is CATALOGUE
    other = process(redis, timer)
    assert other.get("key") is other.get("key")


def test_a_newer_fact_of_another_process_is_seen_within_five_seconds(
    redis: Redis, timer: HandTimer
) -> None:
    one, other = process(redis, timer), process(redis, timer)
    one.set("key", 1, 900)
    assert other.get("key") == 1
    one.set("key", 2, 900)
    timer.seconds = 4.9
    assert other.get("key") == 1
    timer.seconds = 5
    assert other.get("key") == 2


def test_a_value_ends_with_its_seconds_there_and_here(redis: Redis, timer: HandTimer) -> None:
    one, other = process(redis, timer), process(redis, timer)
    one.set("key", 1, 30)
    assert other.get("key") == 1
    assert 0 < redis.ttl(_name("key")) <= 30
    redis.flushall()
    timer.seconds = 29
    assert (one.get("key"), other.get("key")) == (1, 1)
    timer.seconds = 31
    assert (one.get("key"), other.get("key")) == (None, None)


def test_of_processes_that_want_a_fact_at_once_one_reads_it(
    server: RedisServer, redis: Redis, timer: HandTimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_cache, "TURN_SECONDS", 100.0)
    reads, begun, go_on = list[int](), Event(), Event()

    def read() -> str:
        reads.append(1)
        begun.set()
        assert go_on.wait(WAITS)
        return "read"

    with ThreadPoolExecutor(4) as pool, ExitStack() as clients:
        first = pool.submit(facts(redis, timer).read, "key", 30, read)
        assert begun.wait(WAITS)
        several = [clients.enter_context(Redis.from_url(server.url)) for _ in range(3)]
        others = [pool.submit(facts(each, timer).read, "key", 30, read) for each in several]
        until(lambda: asked_for_a_turn(redis) >= len(others))
        go_on.set()
        assert {each.result(WAITS).value for each in (first, *others)} == {"read"}
    assert reads == [1]


def facts(redis: Redis, timer: HandTimer) -> Facts:
    """Return what one more process reads facts through."""
    cache = process(redis, timer)
    return Facts(cache, SystemClock(), "demo", turn=cache.turn)


def asked_for_a_turn(redis: Redis) -> int:
    """Return of how many clients that is the last that they asked."""
    return sum(client["cmd"] == "set" for client in redis.client_list())


def test_what_was_read_meanwhile_is_seen_although_something_older_lies_near(
    redis: Redis, timer: HandTimer
) -> None:
    one, other = process(redis, timer), process(redis, timer)
    one.set("key", "old", 900)
    assert other.get("key") == "old"
    with ThreadPoolExecutor(1) as pool:
        with one.turn("key"):
            waits = pool.submit(in_turn, other)
            one.set("key", "new", 900)
        assert waits.result(WAITS) == "new"


def in_turn(cache: SharedCache) -> object:
    with cache.turn("key"):
        return cache.get("key")


def test_nobody_waits_for_long_for_a_process_that_was_killed(
    redis: Redis, timer: HandTimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_cache, "TURN_SECONDS", 0.2)
    killed = process(redis, timer).turn("key")
    killed.__enter__()
    cache = process(redis, timer)
    cache.set("key", 1, 10)
    assert in_turn(cache) == 1
    # It was not killed but slow: its turn has passed, and it takes nobody else's.
    with cache.turn("key"):
        killed.__exit__(None, None, None)
        assert redis.exists(f"{_name('key')}:turn")


def test_without_redis_everybody_goes_on(timer: HandTimer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    cache = process(Redis(port=port, socket_timeout=1), timer)
    cache.set("key", 1, 10)
    with cache.turn("key"):
        assert in_turn(cache) == 1


def test_values_can_be_taken_out(redis: Redis, timer: HandTimer) -> None:
    cache = process(redis, timer)
    for key in "abc":
        cache.set(key, key, 10)
    redis.set("somebody else's", "value")
    assert cache.delete("a")
    assert not cache.delete("a")
    assert cache.get("a") is None
    assert cache.clear()
    assert process(redis, timer).get("b") is None
    assert redis.keys() == [b"somebody else's"]


def test_nothing_that_was_written_elsewhere_is_opened(redis: Redis, timer: HandTimer) -> None:
    process(redis, timer).set("key", 1, 900)
    sealed = redis.get(_name("key"))
    assert isinstance(sealed, bytes)
    redis.set(_name("another key"), sealed)
    redis.set(_name("planted"), pickle.dumps(Planted()))
    redis.set(_name("torn"), sealed[:-1])
    other = process(redis, timer)
    assert [other.get(key) for key in ("key", "another key", "planted", "torn")] == [
        1,
        None,
        None,
        None,
    ]
    assert process(redis, timer, KEY[::-1]).get("key") is None


def test_what_another_version_wrote_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = Sealer(KEY).seal("key", 1)
    assert Sealer(KEY).open("key", sealed) == 1
    monkeypatch.setattr("app.web.shared_cache._shape", lambda: "another")
    assert Sealer(KEY).open("key", sealed) is None


class Planted:
    """What an intruder would put there."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("it was unpickled",)


def test_neither_names_nor_addresses_can_be_read_there(
    server: RedisServer, redis: Redis, timer: HandTimer
) -> None:
    process(redis, timer).set("demo:apps:dana@example.com", "Trip planner", 900)
    [content] = [name + value for name, value in server.everything().items()]
    assert b"dana" not in content
    assert b"Trip" not in content


def test_a_secret_cannot_be_cached(redis: Redis, timer: HandTimer) -> None:
    pair = KeyPair("0123456789abcdef", Secret("a-consumer-key"), Secret("a-secret"))
    with pytest.raises(TypeError):
        process(redis, timer).set("key", Dated(pair, NOON), 900)
    assert redis.keys() == []


def test_without_redis_a_process_goes_on_by_itself(
    tmp_path: Path, timer: HandTimer, caplog: pytest.LogCaptureFixture
) -> None:
    with run_redis(tmp_path) as server, Redis.from_url(server.url, socket_timeout=5) as client:
        cache = process(client, timer)
        cache.set("known", 1, 900)
        server.stop()
        timer.seconds = 5
        assert cache.get("known") == 1
        assert cache.get("unknown") is None
        assert not cache.set("new", 2, 900)
        assert cache.get("new") == 2
        assert cache.delete("new")
        assert not cache.clear()
    assert caplog.messages == ["Redis does not answer: ConnectionError"]


def test_a_redis_that_hangs_costs_a_moment_and_is_left_alone(timer: HandTimer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        with Redis.from_url(url, socket_timeout=0.1, socket_connect_timeout=0.1) as client:
            cache = process(client, timer)
            assert [cache.get(key) for key in "abc"] == [None] * 3
            silent.settimeout(10)
            silent.accept()[0].close()
            timer.seconds = 9.9
            assert cache.get("d") is None
            silent.settimeout(0.05)
            with pytest.raises(TimeoutError):
                silent.accept()
            timer.seconds = 10
            assert cache.get("e") is None
            silent.accept()[0].close()
