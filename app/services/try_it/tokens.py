"""Access tokens by client credentials, kept in memory for as long as they hold.

Follows RFC 6749, "Client Credentials Grant", and Apigee's "GenerateAccessToken".
"""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from cachetools import TLRUCache

from app.domain.exchanges import Failure, NoReply, Outbound, Received
from app.domain.keys import KeyPair
from app.domain.secret import Secret
from app.services.try_it.port import CallSender

MOST_KEPT: Final = 500
LARGEST: Final = 64_000  # bytes
MARGIN: Final = 30  # seconds: a token must last until its call arrives
LONGEST: Final = 3_600
UNSAID: Final = 300
GOOD: Final = 200


@dataclass(frozen=True, slots=True)
class Token:
    """An access token with the seconds that it may be used for."""

    value: Secret
    seconds: float


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """The token address gave none: what it answered, or why it did not."""

    answer: Received | NoReply


class Tokens:
    """Tokens of keys, each got with the key's own secret."""

    def __init__(self, sender: CallSender, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._sender = sender
        self._lock = threading.Lock()
        self._kept: TLRUCache[tuple[str, str], Token] = TLRUCache(
            MOST_KEPT, ttu=lambda _key, token, now: now + token.seconds, timer=monotonic
        )

    def token(self, pair: KeyPair, token_url: str) -> Secret | TokenRefused:
        """Return a token that holds for this key, asking for one where none is kept."""
        with self._lock:
            kept = self._kept.get((pair.key_id, token_url))
        if kept is not None:
            return kept.value
        answer = self._sender.send(_request(pair, token_url), LARGEST)
        found = _read(answer)
        if found is None:
            is_told = isinstance(answer, NoReply) or answer.status != GOOD
            return TokenRefused(answer if is_told else NoReply(Failure.BROKEN, answer.seconds))
        if found.seconds > 0:
            with self._lock:
                self._kept[pair.key_id, token_url] = found
        return found.value

    def forget(self, key_id: str, token_url: str) -> None:
        """Drop a token that an API did not take."""
        with self._lock:
            self._kept.pop((key_id, token_url), None)


def _request(pair: KeyPair, token_url: str) -> Outbound:
    both = f"{pair.consumer_key.reveal()}:{pair.consumer_secret.reveal()}"
    headers = (
        ("Authorization", f"Basic {b64encode(both.encode()).decode()}"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "application/json"),
    )
    body = urlencode({"grant_type": "client_credentials"}).encode()
    return Outbound("POST", token_url, headers, body, own=(token_url,))


def _read(answer: Received | NoReply) -> Token | None:
    if isinstance(answer, NoReply) or answer.status != GOOD:
        return None
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    value = said.get("access_token") if isinstance(said, dict) else None
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        return None
    return Token(Secret(value), min(_seconds(said.get("expires_in")) - MARGIN, LONGEST))


def _seconds(said: object) -> int:
    """Return a number, which Apigee writes as a text."""
    text = str(said)
    is_number = text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004 - 31 years
    return int(text) if is_number else UNSAID
