"""Keeps one token for all threads and replaces it in time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom
from threading import Lock
from typing import Final

from app.apigee.credentials.grant import Grant
from app.apigee.deadline import Deadline
from app.apigee.errors import upstream
from app.apigee.hints import report
from app.domain.clock import Clock, SystemClock
from app.domain.errors import Upstream, UpstreamKind

REFRESH_AT: Final = 0.8
JITTER: Final = 0.1
AGAIN_AFTER: Final = timedelta(seconds=30)
RANDOM: Final = SystemRandom()

Fetch = Callable[[Deadline, datetime], Grant]


@dataclass(frozen=True, slots=True)
class _Token:
    """An access token as headers, when to look for the next one, and when it ends."""

    headers: Mapping[str, str] = field(repr=False)
    refresh_at: datetime
    ends_at: datetime


class TokenKeeper:
    """One Bearer token per process; implements ``Credentials`` over a way to fetch one.

    It is fetched under a lock and replaced at 80 % of its life (up to a tenth earlier, so that
    processes that began together part) by one thread while the others go on with the old one.
    That also stands in until its end while there is no new one. ``jitter`` returns 0 to 1.
    """

    refused_code: Final = "token_not_accepted"

    def __init__(
        self,
        fetch: Fetch,
        clock: Clock | None = None,
        jitter: Callable[[], float] = RANDOM.random,
    ) -> None:
        self._fetch = fetch
        self._clock = clock or SystemClock()
        self._jitter = jitter
        self._token: _Token | None = None
        self._failures = 0
        self._failure: Upstream | None = None
        self._fetching = Lock()
        self._changing = Lock()

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return a Bearer header; raise ``Upstream`` when no token can be had in time."""
        token, failures, now = self._token, self._failures, self._clock.now()
        if token is not None and now < token.refresh_at:
            return token.headers
        usable = token is not None and now < token.ends_at
        wait = 0.0 if usable else max(0.0, deadline.remaining())
        if self._fetching.acquire(timeout=wait):
            try:
                return self._current(deadline, failures).headers
            finally:
                self._fetching.release()
        if token is not None and usable:
            return token.headers
        raise upstream(UpstreamKind.TIMEOUT, code="token")

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Forget the token if it is still the refused one; the next call fetches another."""
        with self._changing:
            if self._token is not None and self._token.headers == refused:
                self._token = None
        return True

    def close(self) -> None:
        """Have nothing open: a connection to the token address lives for one token."""

    def _current(self, deadline: Deadline, failures: int) -> _Token:
        """Return the token another thread just fetched, or a new one, or the old one again.

        Who waited while another thread failed shares that failure instead of waiting once more.
        """
        token, now = self._token, self._clock.now()
        if token is not None and now < token.refresh_at:
            return token
        is_over = token is None or now >= token.ends_at
        if self._failure is not None and self._failures != failures and is_over:
            raise upstream(self._failure.kind, code=self._failure.code)
        try:
            fetched = self._made(self._fetch(deadline, now), now)
        except Upstream as error:
            self._failure, self._failures = error, self._failures + 1
            report(error)
            if token is None or is_over:
                raise
            fetched = _Token(token.headers, now + AGAIN_AFTER, token.ends_at)
        return self._put(token, fetched)

    def _made(self, grant: Grant, now: datetime) -> _Token:
        share = REFRESH_AT - JITTER * self._jitter()
        return _Token(
            {"Authorization": f"Bearer {grant.token}"},
            now + timedelta(seconds=grant.life * share),
            now + timedelta(seconds=grant.life),
        )

    def _put(self, before: _Token | None, after: _Token) -> _Token:
        """Keep a token, but not an old one that was refused in the meantime."""
        with self._changing:
            extended = before is not None and after.headers == before.headers
            if not extended or self._token is before:
                self._token = after
        return after
