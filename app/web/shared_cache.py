"""A cache that several processes share: Redis behind this process's cache of live objects.

This module is named to Flask-Caching only where a Redis is configured. What lies in Redis is
encrypted and authenticated (Fernet) with a key derived from the secret key, and holds the name it
was written under and the shape of the code that wrote it: nothing is unpickled that this version
of this portal did not write for that name. A Redis that is down or slow is a cache that is empty.
"""

import base64
import hashlib
import io
import logging
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copyreg import dispatch_table
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask
from flask_caching.backends.base import BaseCache
from redis import Redis, RedisError
from redis.exceptions import LockError
from redis.lock import Lock

from app import domain
from app.services import facts
from app.web.object_cache import ObjectCache

T = TypeVar("T")

LOG: Final = logging.getLogger(__name__)
PURPOSE: Final = b"portal: facts in a shared cache"
PREFIX: Final = "portal:facts:"
# What another process read is seen after this long; until then nothing is unpickled again.
NEAR_SECONDS: Final = 5.0
REDIS_SECONDS: Final = 0.25
QUIET_SECONDS: Final = 10.0
# A process that is killed while it reads delays the others by so much, and one that waits for a
# silent Apigee by no more.
TURN_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 0.02


class Sealer:
    """Turns values into bytes that only this version of this portal can write or read."""

    def __init__(self, secret_key: str) -> None:
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
        self._fernet = Fernet(base64.urlsafe_b64encode(kdf.derive(secret_key.encode())))

    def seal(self, key: str, value: object) -> bytes:
        """Return the value for a key; a ``Secret`` anywhere in it raises ``TypeError``."""
        stream = io.BytesIO()
        pickler = pickle.Pickler(stream)
        pickler.dispatch_table = dispatch_table | {MappingProxyType: _plain}
        pickler.dump(value)
        return self._fernet.encrypt(_heading(key) + stream.getvalue())

    def open(self, key: str, sealed: bytes) -> object | None:
        """Return the value, or None for what was not sealed here for this key."""
        try:
            opened = self._fernet.decrypt(sealed)
        except InvalidToken:
            return None
        heading = _heading(key)
        if not opened.startswith(heading):
            return None
        return cast(object, pickle.loads(opened[len(heading) :]))  # noqa: S301 - authenticated above


@dataclass(slots=True)
class _Near:
    """A value in this process, and until when Redis is not asked for a newer one."""

    value: object
    until: float


class SharedCache(BaseCache):
    """Answers from this process for 5 seconds, then from Redis, then again from this process."""

    def __init__(
        self,
        near: ObjectCache,
        redis: Redis,
        sealer: Sealer,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(default_timeout=near.default_timeout)
        self._near = near
        self._redis = redis
        self._sealer = sealer
        self._timer = timer
        self._quiet_until = 0.0

    @classmethod
    def factory(
        cls, app: Flask, config: dict[str, Any], args: list[Any], options: dict[str, Any]
    ) -> "SharedCache":
        """Build the cache as Flask-Caching asks for it; nothing is connected yet."""
        redis = Redis.from_url(
            config["CACHE_REDIS_URL"],
            socket_connect_timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
        )
        near = ObjectCache.factory(app, config, args, options)
        return cls(near, redis, Sealer(app.config["SECRET_KEY"]))

    def answers(self) -> bool:
        """Ask Redis whether it is there."""
        return bool(self._asked(self._redis.ping))

    def get(self, key: str) -> object | None:
        near = cast(_Near | None, self._near.get(key))
        now = self._timer()
        if near is not None and now < near.until:
            return near.value
        found = self._fetched(key)
        if found is not None:
            value, seconds = found
            self._near.set(key, _Near(value, now + NEAR_SECONDS), seconds)
            return value
        if near is None:
            return None
        near.until = now + NEAR_SECONDS
        return near.value

    def set(self, key: str, value: object, timeout: int | timedelta | None = None) -> bool:
        seconds = self._near.seconds(timeout)
        sealed = self._sealer.seal(key, value)
        self._near.set(key, _Near(value, self._timer() + NEAR_SECONDS), seconds)
        return bool(self._asked(lambda: self._redis.set(_name(key), sealed, ex=max(1, seconds))))

    def delete(self, key: str) -> bool:
        here = self._near.delete(key)
        return bool(self._asked(lambda: self._redis.delete(_name(key)))) or here

    @contextmanager
    def turn(self, key: str) -> Iterator[None]:
        """Let one process at a time read what belongs to a key, and the next one see it."""
        turn = self._redis.lock(f"{_name(key)}:turn", TURN_SECONDS, sleep=LOOK_SECONDS)
        if self._asked(lambda: turn.acquire(blocking=False)) is False:
            self._asked(lambda: turn.acquire(blocking_timeout=TURN_SECONDS))
            near = cast(_Near | None, self._near.get(key))
            if near is not None:
                near.until = 0.0
        try:
            yield
        finally:
            self._asked(lambda: _given_back(turn))

    def has(self, key: str) -> bool:
        return self.get(key) is not None

    def clear(self) -> bool:
        self._near.clear()
        names = self._asked(lambda: list(self._redis.scan_iter(match=f"{PREFIX}*"))) or []
        return self._asked(lambda: [self._redis.delete(name) for name in names]) is not None

    def _fetched(self, key: str) -> tuple[object, int] | None:
        """Return what Redis has with the seconds that it has it for."""

        def both() -> list[Any]:
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.get(_name(key))
            pipeline.ttl(_name(key))
            return pipeline.execute()

        sealed, seconds = self._asked(both) or (None, 0)
        value = None if sealed is None else self._sealer.open(key, sealed)
        return None if value is None else (value, seconds)

    def _asked(self, action: Callable[[], T]) -> T | None:
        """Ask Redis, unless it was silent a moment ago; None without an answer."""
        if self._timer() < self._quiet_until:
            return None
        try:
            return action()
        except (RedisError, OSError) as error:
            self._quiet_until = self._timer() + QUIET_SECONDS
            LOG.warning("Redis does not answer: %s", type(error).__name__)
            return None


def _name(key: str) -> str:
    """Name a value without the e-mail address that its key may hold."""
    return PREFIX + hashlib.sha256(key.encode()).hexdigest()[:40]


def _given_back(turn: Lock) -> None:
    """Let the next one go on; a turn that ended by itself, or that never was, is not given back."""
    with suppress(LockError):
        turn.release()


def _heading(key: str) -> bytes:
    return f"{_shape()} {len(key)} {key}\n".encode()


@cache
def _shape() -> str:
    """Return a digest of the modules whose objects are cached."""
    files = [*Path(domain.__file__ or "").parent.glob("*.py"), Path(facts.__file__)]
    content = b"".join(file.read_bytes() for file in sorted(files))
    return hashlib.sha256(content).hexdigest()[:16]


def _plain(proxy: MappingProxyType[object, object]) -> tuple[Callable[..., object], tuple[object]]:
    """Let a read-only mapping be pickled, which Python alone refuses."""
    return _read_only, (dict(proxy),)


def _read_only(items: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(items)
