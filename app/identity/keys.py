"""The provider's signing keys (RFC 7517): kept for an hour at most, never longer than published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from app.domain.clock import Clock
from app.domain.errors import UpstreamKind
from app.identity.deadline import Deadline
from app.identity.reasons import Reason, outage
from app.identity.remembered import Remembered
from app.identity.wire import Wire

LIFETIME: Final = timedelta(hours=1)
MOST_KEYS: Final = 100
SMALLEST_RSA: Final = 2048  # bits
SMALLEST_RSA_TEXT: Final = SMALLEST_RSA // 6  # the same in base64 characters

_KEY_TYPES: Final[Mapping[str, type[Key]]] = {
    "RS256": RSAKey,
    "PS256": RSAKey,
    "ES256": ECKey,
    "EdDSA": OKPKey,
}


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """The usable keys of one key set and where it was read."""

    uri: str
    keys: tuple[Key, ...]

    def fitting(self, kid: str | None, algorithm: str) -> tuple[Key, ...]:
        """Return the keys that may have signed: all of the right type when no id is named."""
        return tuple(
            key
            for key in self.keys
            if kid in (None, key.kid)
            and isinstance(key, _KEY_TYPES[algorithm])
            and key.alg in (None, algorithm)
        )


class SigningKeys:
    """The keys of one provider: asked for once an hour, and when somebody wants to look again.

    A key that the provider no longer publishes is gone with the next look at its set.
    """

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._kept: Remembered[PublishedKeys] = Remembered(clock, LIFETIME)

    def current(self, uri: str, deadline: Deadline) -> PublishedKeys:
        """Return the published keys, at most an hour old; raise ``Upstream``."""
        kept = self._kept.get(lambda: self._fetch(uri, deadline), deadline)
        if kept.uri != uri:
            return self._kept.renew(lambda: self._fetch(uri, deadline), deadline)
        return kept

    def renewed(self, uri: str, deadline: Deadline) -> PublishedKeys:
        """Look again, whatever the age of the copy; raise ``Upstream``."""
        return self._kept.renew(lambda: self._fetch(uri, deadline), deadline)

    def _fetch(self, uri: str, deadline: Deadline) -> PublishedKeys:
        return PublishedKeys(uri, keys_in(self._wire.document(uri, deadline)))


def keys_in(document: Mapping[str, object]) -> tuple[Key, ...]:
    """Return the keys of a set that can check a signature; one odd key spoils no other.

    Raise ``Upstream`` for what is no key set.
    """
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise outage(UpstreamKind.BROKEN_ANSWER, reason=Reason.KEYS_MALFORMED)
    keys = (_key(entry) for entry in entries[:MOST_KEYS])
    return tuple(key for key in keys if key is not None)


def _key(entry: object) -> Key | None:
    if not isinstance(entry, dict) or not _may_sign(entry):
        return None
    try:
        return JWKRegistry.import_key(entry)
    except (JoseError, ValueError, TypeError):
        return None


def _may_sign(entry: Mapping[str, object]) -> bool:
    kind = entry.get("kty")
    # A symmetric key or a private one in public is no secret: whoever reads it can sign.
    if kind not in ("RSA", "EC", "OKP") or "d" in entry or entry.get("use", "sig") != "sig":
        return False
    return kind != "RSA" or len(str(entry.get("n"))) >= SMALLEST_RSA_TEXT
