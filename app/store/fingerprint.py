"""The portal's own reference for a consumer key."""

import hmac
from collections.abc import Callable
from threading import Lock
from typing import Final

_HEX_CHARACTERS: Final = 16


class Fingerprint:
    """Turns a consumer key into its ``key_id``; the key for that is loaded at the first use."""

    def __init__(self, key_loader: Callable[[], bytes]) -> None:
        self._load = key_loader
        self._key: bytes | None = None
        self._lock = Lock()

    def __call__(self, consumer_key: str) -> str:
        """Return 16 hex characters that always stand for this consumer key."""
        digest = hmac.digest(self._hmac_key(), consumer_key.encode(), "sha256")
        return digest.hex()[:_HEX_CHARACTERS]

    def _hmac_key(self) -> bytes:
        if self._key is None:
            with self._lock:
                if self._key is None:
                    self._key = self._load()
        return self._key
