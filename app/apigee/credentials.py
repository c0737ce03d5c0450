"""How the portal proves to Apigee who it is; other kinds implement ``Credentials`` as well."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from google.auth import jwt
from google.auth.crypt import RSASigner

from app.apigee.deadline import Deadline
from app.apigee.errors import upstream
from app.apigee.exchange import Answer, Limits, Message, NoAnswer, exchange, new_session
from app.domain.addresses import safe_address
from app.domain.clock import Clock, SystemClock
from app.domain.errors import Upstream, UpstreamKind
from app.domain.outgoing import Outgoing

SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_LIFE: Final = timedelta(hours=1)
REFRESH_AT: Final = 0.8
USUAL_LIFE_SECONDS: Final = 3600
AGAIN_AFTER: Final = timedelta(seconds=30)
TOKEN_LIMITS: Final = Limits(total=4.0, answer_bytes=65_536)
OK: Final = 200
SERVER_ERRORS: Final = 500


class Credentials(Protocol):
    """Makes the headers that let a call in; shared by all threads."""

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return the headers, fetched before the deadline if need be; raise ``Upstream``."""
        ...

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Give up headers that Apigee refused; False when there can be no others."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


class Basic:
    """A user name and a password, for Edge."""

    def __init__(self, username: str, password: str) -> None:
        pair = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._headers: Final = {"Authorization": f"Basic {pair}"}

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return the same headers for ever."""
        del deadline
        return self._headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Know no other password."""
        del refused
        return False

    def close(self) -> None:
        """Have nothing open."""


@dataclass(frozen=True, slots=True)
class _Token:
    """An access token as headers, when to look for the next one, and when it ends."""

    headers: Mapping[str, str] = field(repr=False)
    refresh_at: datetime
    ends_at: datetime


class ServiceAccount:
    """A Google service account by its key file, which is read at the first call.

    One token per process: fetched under a lock, replaced at 80 % of its life by one thread while
    the others go on with the old one, which also stands in for as long as the token address is
    down. Follows Google's "Using OAuth 2.0 for Server to Server Applications".
    """

    def __init__(self, file: Path, clock: Clock | None = None) -> None:
        self._file = file
        self._clock = clock or SystemClock()
        self._token: _Token | None = None
        self._lock = Lock()

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return a Bearer header; raise ``Upstream`` when no token can be had in time."""
        token, now = self._token, self._clock.now()
        if token is not None and now < token.refresh_at:
            return token.headers
        usable = token is not None and now < token.ends_at
        wait = 0.0 if usable else max(0.0, deadline.remaining())
        if self._lock.acquire(timeout=wait):
            try:
                return self._current(deadline).headers
            finally:
                self._lock.release()
        if token is not None and usable:
            return token.headers
        raise upstream(UpstreamKind.TIMEOUT)

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Forget the token if it is still the refused one; the next call fetches another."""
        with self._lock:
            if self._token is not None and self._token.headers == refused:
                self._token = None
        return True

    def close(self) -> None:
        """Have nothing open: a session lives for one token."""

    def _current(self, deadline: Deadline) -> _Token:
        """Return the token another thread just fetched, or a new one, or the old one again."""
        token, now = self._token, self._clock.now()
        if token is not None and now < token.refresh_at:
            return token
        try:
            fetched = self._fetch(deadline)
        except Upstream:
            if token is None or now >= token.ends_at:
                raise
            fetched = _Token(token.headers, now + AGAIN_AFTER, token.ends_at)
        self._token = fetched
        return fetched

    def _fetch(self, deadline: Deadline) -> _Token:
        now = self._clock.now()
        address, assertion = self._assertion(now)
        form = urlencode({"grant_type": GRANT, "assertion": assertion})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        message = Message("POST", address, kind, form.encode())
        in_time = Limits(
            total=min(TOKEN_LIMITS.total, max(0.0, deadline.remaining())),
            answer_bytes=TOKEN_LIMITS.answer_bytes,
        )
        with new_session(Outgoing(), connections=1) as session:
            outcome = exchange(session, message, in_time.deadline(), in_time)
        return _token_from(outcome, now)

    def _assertion(self, now: datetime) -> tuple[str, str]:
        """Return the token address and a signed claim; anything wrong with the file is ours."""
        try:
            info = json.loads(self._file.read_text(encoding="utf-8"))
            address = safe_address(info["token_uri"])
            claims = {
                "iss": info["client_email"],
                "aud": address,
                "scope": SCOPE,
                "iat": int(now.timestamp()),
                "exp": int((now + ASSERTION_LIFE).timestamp()),
            }
            return address, _signed(info, claims)
        except (OSError, ValueError, KeyError, TypeError):
            pass  # Raised below, so that no part of the file is in the error's context.
        raise upstream(UpstreamKind.CREDENTIALS, code="service_account_file")


def _signed(info: Mapping[str, str], claims: Mapping[str, object]) -> str:
    signer = RSASigner.from_service_account_info(info)  # type: ignore[no-untyped-call]  # untyped
    token: bytes = jwt.encode(signer, claims)  # type: ignore[no-untyped-call]  # untyped
    return token.decode()


def _token_from(outcome: Answer | NoAnswer, now: datetime) -> _Token:
    if isinstance(outcome, NoAnswer):
        raise upstream(outcome.kind, code="token")
    if outcome.status >= SERVER_ERRORS:
        raise upstream(UpstreamKind.FAILED, code="token")
    if outcome.status != OK:
        raise upstream(UpstreamKind.CREDENTIALS, code="token")
    value, life = _grant(outcome)
    if not value or not value.isascii() or not value.isprintable():
        raise upstream(UpstreamKind.BROKEN_ANSWER, code="token")
    headers = {"Authorization": f"Bearer {value}"}
    return _Token(
        headers, now + timedelta(seconds=life * REFRESH_AT), now + timedelta(seconds=life)
    )


def _grant(answer: Answer) -> tuple[str, float]:
    """Return the token, empty if there is none, and its life in seconds."""
    try:
        body: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return "", 0.0
    token, life = body.get("access_token"), body.get("expires_in", USUAL_LIFE_SECONDS)
    known = isinstance(life, int | float) and not isinstance(life, bool) and life > 0
    return token if isinstance(token, str) else "", float(life) if known else USUAL_LIFE_SECONDS
