"""The cache of live objects."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_caching import Cache

from app.web.object_cache import ObjectCache


class HandTimer:
    """A timer that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


@pytest.fixture
def cache(timer: HandTimer) -> ObjectCache:
    return ObjectCache(threshold=3, default_timeout=100, timer=timer)


def test_the_very_object_comes_back(cache: ObjectCache) -> None:
    kept = {"a": object()}
    assert cache.set("key", kept, 10)
    assert cache.get("key") is kept
    assert cache.has("key")
    assert cache.get("other") is None
    assert not cache.has("other")


def test_each_value_has_seconds_of_its_own(cache: ObjectCache, timer: HandTimer) -> None:
    cache.set("short", 1, 10)
    cache.set("long", 2, timedelta(seconds=20))
    cache.set("default", 3)
    timer.seconds = 11
    assert [cache.get(name) for name in ("short", "long", "default")] == [None, 2, 3]
    timer.seconds = 21
    assert [cache.get(name) for name in ("short", "long", "default")] == [None, None, 3]
    timer.seconds = 101
    assert cache.get("default") is None


def test_only_so_many_values_are_kept(cache: ObjectCache) -> None:
    for number in range(5):
        cache.set(str(number), number, 10)
    assert [cache.get(str(number)) for number in range(5)] == [None, None, 2, 3, 4]


def test_values_can_be_taken_out(cache: ObjectCache) -> None:
    cache.set("a", 1, 10)
    cache.set("b", 2, 10)
    assert cache.delete("a")
    assert not cache.delete("a")
    assert cache.get("b") == 2
    assert cache.clear()
    assert cache.get("b") is None


def test_flask_caching_builds_it_by_its_name() -> None:
    app = Flask("test")
    extension = Cache()
    app.config.update(CACHE_TYPE="app.web.object_cache.ObjectCache", CACHE_THRESHOLD=2)
    extension.init_app(app)
    with app.app_context():
        backend: object = extension.cache
        assert isinstance(backend, ObjectCache)
        extension.set("key", "value", timeout=5)
        assert extension.get("key") == "value"
