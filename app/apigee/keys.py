"""Credentials of one app, as they stand in the app itself.

A key is found by its fingerprint in the app's own credentials, so that no consumer key is ever
part of an address.
"""

from typing import Any

from app.apigee.apps import reading
from app.apigee.client import ApigeeClient
from app.apigee.wire import Fingerprint, pairs_of
from app.domain.errors import NotFound
from app.domain.keys import KeyPair


class KeysClient:
    """The port ``ApigeeKeys`` over HTTP."""

    def __init__(self, client: ApigeeClient, fingerprint: Fingerprint) -> None:
        self._client = client
        self._fingerprint = fingerprint

    def pair(self, developer: str, app: str, key_id: str) -> KeyPair:
        """Read one credential's key and secret afresh; raise ``NotFound``."""
        pairs = self._client.ask(reading(developer, app, "keys.pair"), self._pairs)
        for pair in pairs:
            if pair.key_id == key_id:
                return pair
        raise NotFound("There is no such key.")

    def _pairs(self, answer: Any) -> tuple[KeyPair, ...]:
        return pairs_of(answer, self._fingerprint)
