"""What is kept of Apigee's facts, where, and for how long; never a key or a secret."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.domain.secret import Secret
from app.services.ingredients import Ports
from app.web import extensions
from tests.redis_server import RedisServer, run_redis
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

OFF = {"apps_seconds": 0, "products_seconds": 0, "developers_seconds": 0}


class Recorder:
    """A cache that remembers everything it was ever given."""

    def __init__(self, cache: Any) -> None:  # noqa: ANN401 - whatever the factory chose
        self._cache = cache
        self.given: list[tuple[str, object]] = []

    def get(self, key: str) -> object | None:
        found: object | None = self._cache.get(key)
        return found

    def set(self, key: str, value: object, timeout: int) -> object:
        self.given.append((key, value))
        return self._cache.set(key, value, timeout=timeout)


def parts(value: object) -> Iterator[object]:
    """Yield a value and everything inside it."""
    yield value
    inside: list[object] = []
    if dataclasses.is_dataclass(value):
        inside = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, Mapping):
        inside = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inside = list(value)
    for item in inside:
        yield from parts(item)


def walk(house: House, browser: Browser) -> list[str]:
    """Use everything that shows or makes keys; return every key and secret there is."""
    key = house.apigee.new_key("weather-free")
    house.apigee.add_app("dana@example.com", "trip", key)
    browser.get("/apps")
    browser.get("/apps?q=trip")
    browser.get("/apps/trip")
    for value in ("key", "secret"):
        browser.post(f"/apps/trip/keys/{key.key_id}/reveal", {"value": value}, shows_keys=True)
    fields = {"display_name": "New", "products": "weather-free", "request_id": "abc"}
    assert browser.post("/apps/new", fields, shows_keys=True).status == 200
    assert browser.post("/apps/new", fields, shows_keys=True).status == 200
    browser.get("/apps")
    browser.get("/products/weather-free")
    ada = house.administrator()
    ada.get(f"/admin/developers/{house.public_id()}")
    pairs = house.apigee.by_key_id.values()
    return [each.reveal() for pair in pairs for each in (pair.consumer_key, pair.consumer_secret)]


def test_no_key_or_secret_is_ever_cached(build: Build) -> None:
    recorders: list[Recorder] = []

    def change(ports: Ports) -> Ports:
        recorders.append(Recorder(ports.cache))
        return replace(ports, cache=recorders[0])

    house = build(change)
    house.developer("dana")
    secrets = walk(house, house.signed_in("dana"))
    assert len(secrets) >= 4
    found = [part for given in recorders[0].given for part in parts(given)]
    assert len(recorders[0].given) >= 4
    assert not [part for part in found if isinstance(part, Secret)]
    texts = [part for part in found if isinstance(part, str)]
    assert not [text for text in texts if any(secret in text for secret in secrets)]


def test_an_age_of_zero_reads_every_time(build: Build) -> None:
    house = build(cache=OFF)
    house.developer("dana")
    dana = house.signed_in("dana")
    costs = [dana.get(path).calls for path in ("/apps", "/apps", "/products", "/products")]
    assert costs[0] == costs[1] == 3  # the apps, the status, the products
    assert costs[2] == costs[3] >= 1


@pytest.fixture
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis; afterwards the limiter, which all applications share, is as it was."""
    with run_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server
    limiter = extensions.limiter
    limiter._storage_dead = False
    limiter._in_memory_fallback_enabled = False
    limiter._storage_options.clear()


def shared(build: Build, redis: RedisServer, **changes: object) -> House:
    """Return one more process of the portal."""
    house = build(redis_url=redis.url, **changes)
    house.developer("dana")
    return house


def test_two_processes_share_what_one_of_them_read(build: Build, redis: RedisServer) -> None:
    assert shared(build, redis).browser().get("/products").calls == 1
    answer = shared(build, redis).browser().get("/products")
    assert (answer.calls, "Weather (free)" in answer.text) == (0, True)


def test_redis_holds_nothing_that_can_be_read(build: Build, redis: RedisServer) -> None:
    house = shared(build, redis)
    secrets = walk(house, house.signed_in("dana"))
    kept = redis.everything()
    facts = {name: value for name, value in kept.items() if name.startswith(b"portal:facts:")}
    assert len(facts) >= 3
    for text in (*secrets, "dana", "Weather"):
        assert not [name for name, value in facts.items() if text.encode() in name + value]


def test_a_change_is_seen_by_every_process_at_once(build: Build, redis: RedisServer) -> None:
    house = shared(build, redis)
    dana = house.signed_in("dana")
    assert "No apps yet" in dana.get("/apps").text
    fields = {"display_name": "New", "products": "weather-free", "request_id": "abc"}
    dana.post("/apps/new", fields, shows_keys=True)
    assert "New" in dana.get("/apps").page.text_of("apps")


def test_processes_count_limits_together(build: Build, redis: RedisServer) -> None:
    strict = {"multiplier": 1, "search": "3 per minute"}
    statuses = []
    for _ in range(2):
        browser = shared(build, redis, limits=strict).browser()
        statuses += [browser.get("/products?q=x").status for _ in range(2)]
    assert statuses == [200, 200, 200, 429]


def test_without_its_redis_the_portal_works_and_still_limits(
    build: Build, redis: RedisServer
) -> None:
    house = shared(build, redis, limits={"multiplier": 1, "search": "3 per minute"})
    dana = house.signed_in("dana")
    redis.stop()
    assert dana.get("/apps").status == 200
    assert dana.get("/products").calls == 1
    assert dana.get("/products").calls == 0
    statuses = [house.browser().get("/products?q=x").status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_the_address_of_redis_is_told_to_nobody(
    build: Build, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    house = shared(build, redis)
    redis.stop()
    house.browser().get("/products")
    assert "Redis does not answer: ConnectionError" in caplog.messages
    assert "only-of-this-test" not in caplog.text
    assert "only-of-this-test" not in repr(house.settings)
