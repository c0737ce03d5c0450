"""How the client proves to the token endpoint that it is the client."""

import base64
import logging
import secrets
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Final, TypeAlias
from urllib.parse import quote_plus

from authlib.common.urls import add_params_to_qs
from joserfc import jwt
from joserfc.errors import InvalidKeyTypeError, JoseError
from joserfc.jwk import ECKey, RSAKey

from app.domain.clock import Clock
from app.domain.errors import UpstreamKind
from app.identity.config import ClientKey, ProviderConfig
from app.identity.reasons import Reason, outage

ASSERTION_SECONDS: Final = 60
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
RANDOM_BYTES: Final = 16
ALGORITHMS: Final[Mapping[type[RSAKey] | type[ECKey], str]] = {RSAKey: "RS256", ECKey: "ES256"}

logger = logging.getLogger(__name__)

Headers: TypeAlias = MutableMapping[str, str]
Prepared: TypeAlias = tuple[str, Headers, str]
Method: TypeAlias = Callable[[object, str, str, Headers, str], Prepared]


def methods(config: ProviderConfig, clock: Clock) -> dict[str, Method]:
    """Return the methods that Authlib lacks, or has in another way, by their registered names."""
    found: dict[str, Method] = {"client_secret_basic": _basic(config)}
    if config.client_key is not None:
        found["private_key_jwt"] = _assertion(config.client_id, config.client_key, clock)
    return found


def _basic(config: ProviderConfig) -> Method:
    # RFC 6749 2.3.1 wants both form-encoded first, which Authlib leaves out: a secret with
    # a percent sign would be refused by the providers that follow it.
    def prepare(_client: object, _method: str, uri: str, headers: Headers, body: str) -> Prepared:
        names = (config.client_id, config.client_secret.reveal())
        pair = ":".join(map(quote_plus, names))
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return uri, headers, body

    return prepare


def _assertion(client_id: str, own: ClientKey, clock: Clock) -> Method:
    """RFC 7523 2.2 and OpenID Connect Core 9; the audience is the address it is sent to."""

    def prepare(_client: object, _method: str, uri: str, headers: Headers, body: str) -> Prepared:
        now = int(clock.now().timestamp())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": uri,
            "jti": secrets.token_urlsafe(RANDOM_BYTES),
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        added = [
            ("client_id", client_id),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", _signed(claims, own)),
        ]
        body = add_params_to_qs(body, added)
        headers["Content-Length"] = str(len(body))
        return uri, headers, body

    return prepare


def _signed(claims: dict[str, object], own: ClientKey) -> str:
    try:
        text = own.file.read_bytes()
        for kind, algorithm in ALGORITHMS.items():
            with suppress(InvalidKeyTypeError):
                key = kind.import_key(text)
                header = {"alg": algorithm, **({"kid": own.kid} if own.kid else {})}
                return jwt.encode(header, claims, key, algorithms=[algorithm])
    except (OSError, ValueError, TypeError, JoseError) as error:
        # Its text could quote the key.
        logger.error("the client's private key cannot be used: %s", type(error).__name__)  # noqa: TRY400 - see above
    raise outage(UpstreamKind.CREDENTIALS, reason=Reason.CLIENT_KEY)
