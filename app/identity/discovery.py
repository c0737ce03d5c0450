"""What the provider says about itself (OpenID Connect Discovery 1.0, RFC 9207).

Nothing of it is believed that the configured issuer does not vouch for: the issuer must be equal
byte for byte, every address must be https, and the algorithms only narrow our own list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.domain.clock import Clock
from app.domain.errors import Upstream, UpstreamKind
from app.identity.config import ProviderConfig, is_safe_address
from app.identity.deadline import Deadline
from app.identity.reasons import Reason, outage
from app.identity.remembered import Remembered
from app.identity.wire import Wire

LIFETIME: Final = timedelta(hours=1)
ALGORITHMS: Final = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
OUR_METHODS: Final = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The provider's addresses and abilities; an address that is absent is empty."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    revocation_endpoint: str
    algorithms: frozenset[str]
    client_method: str
    announces_issuer: bool
    announces_sign_up: bool
    announces_choice: bool


class Discovery:
    """The metadata of one provider: fetched at first use, kept for an hour, longer in an outage."""

    def __init__(self, config: ProviderConfig, wire: Wire, clock: Clock) -> None:
        self._config = config
        self._wire = wire
        self._kept: Remembered[Metadata] = Remembered(clock, LIFETIME, outlives_outages=True)

    def metadata(self, deadline: Deadline) -> Metadata:
        """Return the metadata; raise ``Upstream``."""
        return self._kept.get(lambda: self._fetch(deadline), deadline)

    @property
    def known(self) -> Metadata | None:
        """The metadata as last seen, without asking."""
        return self._kept.known

    def _fetch(self, deadline: Deadline) -> Metadata:
        document = self._wire.document(self._config.discovery_address, deadline)
        return metadata_from(document, self._config)


def metadata_from(document: Mapping[str, object], config: ProviderConfig) -> Metadata:
    """Read a discovery document; raise ``Upstream`` whose code names what is wrong with it."""
    if document.get("issuer") != config.issuer:
        raise _unusable(Reason.DISCOVERY_ISSUER)
    fields = _Addresses(document, allow_http=config.allows_http)
    return Metadata(
        authorization_endpoint=fields.required("authorization_endpoint"),
        token_endpoint=fields.required("token_endpoint"),
        jwks_uri=fields.required("jwks_uri"),
        userinfo_endpoint=fields.optional("userinfo_endpoint"),
        end_session_endpoint=fields.optional("end_session_endpoint"),
        revocation_endpoint=fields.optional("revocation_endpoint"),
        algorithms=_algorithms(document),
        client_method=_client_method(document, config),
        # OpenID Connect Prompt Create 1.0.
        announces_sign_up="create" in _names(document, "prompt_values_supported", ()),
        announces_choice="select_account" in _names(document, "prompt_values_supported", ()),
        announces_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


class _Addresses:
    def __init__(self, document: Mapping[str, object], *, allow_http: bool) -> None:
        self._document = document
        self._allow_http = allow_http

    def required(self, name: str) -> str:
        url = self.optional(name)
        if not url:
            raise _unusable(Reason.DISCOVERY_MALFORMED)
        return url

    def optional(self, name: str) -> str:
        url = self._document.get(name)
        if url is None:
            return ""
        if not isinstance(url, str) or not is_safe_address(url, allow_http=self._allow_http):
            raise _unusable(Reason.DISCOVERY_ADDRESS)
        return url


def _algorithms(document: Mapping[str, object]) -> frozenset[str]:
    offered = _names(document, "id_token_signing_alg_values_supported", ("RS256",))
    if not ALGORITHMS.intersection(offered):
        raise _unusable(Reason.DISCOVERY_ALGORITHMS)
    return ALGORITHMS.intersection(offered)


def _client_method(document: Mapping[str, object], config: ProviderConfig) -> str:
    if config.client_method:
        return config.client_method
    if not config.client_secret.reveal():
        return "none"
    offered = _names(document, "token_endpoint_auth_methods_supported", OUR_METHODS[:1])
    for method in OUR_METHODS:
        if method in offered:
            return method
    raise _unusable(Reason.CLIENT_AUTHENTICATION)


def _names(document: Mapping[str, object], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    values = document.get(name)
    if values is None:
        return default
    if not isinstance(values, list):
        raise _unusable(Reason.DISCOVERY_MALFORMED)
    return tuple(value for value in values if isinstance(value, str))


def _unusable(reason: Reason) -> Upstream:
    return outage(UpstreamKind.BROKEN_ANSWER, reason=reason)
