"""A cache of live objects in this process, for Flask-Caching: nothing is pickled or written."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from typing import Any

from cachetools import TLRUCache
from flask import Flask
from flask_caching.backends.base import BaseCache


def _ends(_key: str, kept: tuple[int, object], now: float) -> float:
    return now + kept[0]


class ObjectCache(BaseCache):
    """Keeps at most ``threshold`` values, each for its own number of seconds."""

    def __init__(
        self, threshold: int, default_timeout: int, timer: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(default_timeout=default_timeout)
        self._kept: TLRUCache[str, tuple[int, object]] = TLRUCache(
            threshold, ttu=_ends, timer=timer
        )
        self._lock = Lock()

    @classmethod
    def factory(
        cls, _app: Flask, config: dict[str, Any], _args: list[Any], _options: dict[str, Any]
    ) -> "ObjectCache":
        """Build the cache as Flask-Caching asks for it."""
        return cls(config["CACHE_THRESHOLD"], config["CACHE_DEFAULT_TIMEOUT"])

    def get(self, key: str) -> object | None:
        with self._lock:
            kept = self._kept.get(key)
        return None if kept is None else kept[1]

    def set(self, key: str, value: object, timeout: int | timedelta | None = None) -> bool:
        with self._lock:
            self._kept[key] = (self.seconds(timeout), value)
        return True

    def seconds(self, timeout: int | timedelta | None) -> int:
        """Return a timeout as Flask-Caching gives it in seconds."""
        if isinstance(timeout, timedelta):
            return int(timeout.total_seconds())
        return self.default_timeout if timeout is None else timeout

    def delete(self, key: str) -> bool:
        with self._lock:
            return self._kept.pop(key, None) is not None

    def has(self, key: str) -> bool:
        return self.get(key) is not None

    def clear(self) -> bool:
        with self._lock:
            self._kept.clear()
        return True
