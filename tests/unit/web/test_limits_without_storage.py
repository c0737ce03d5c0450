"""Rate limits whose storage goes away while several requests ask it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from flask_limiter import Limiter
from limits.storage import MemoryStorage

from app.flask_options import options
from tests.routes.conftest import settings_of

AT_ONCE = 4
TOGETHER = Barrier(AT_ONCE)


class AwayStorage(MemoryStorage):
    """Fails all requests at the same moment, and does not come back."""

    STORAGE_SCHEME = ["away"]  # noqa: RUF012 - the library's own

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:  # noqa: ARG002 - the base's signature
        TOGETHER.wait(timeout=30)
        raise OSError

    def check(self) -> bool:
        return False


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    shared = options(settings_of(tmp_path, redis_url="redis://127.0.0.1:1"))
    app = Flask(__name__)
    app.config.update({name: shared[name] for name in shared if name.startswith("RATELIMIT")})
    app.config.update(RATELIMIT_STORAGE_URI="away://", RATELIMIT_STORAGE_OPTIONS={})
    yield app
    TOGETHER.reset()


def asked(app: Flask) -> list[int]:
    """Send several requests at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: app.test_client().get("/").status_code, range(AT_ONCE)))


def test_requests_that_find_the_storage_away_at_the_same_moment_are_answered(app: Flask) -> None:
    limiter = Limiter(key_func=lambda: "everybody", app=app)
    app.add_url_rule("/", view_func=limiter.limit("4 per hour")(lambda: "here"))
    assert asked(app) == [200] * AT_ONCE
    assert [app.test_client().get("/").status_code for _ in range(5)][-1] == 429


def test_what_was_done_is_no_failure_because_it_cannot_be_counted(app: Flask) -> None:
    limiter = Limiter(key_func=lambda: "everybody", app=app)
    limit = limiter.limit("4 per hour", deduct_when=lambda _response: True)
    app.add_url_rule("/", view_func=limit(lambda: "done"))
    assert asked(app) == [200] * AT_ONCE
