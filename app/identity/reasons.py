"""Why a sign-in was refused, as codes for the log, and the errors that carry them.

People see one fixed sentence when they are refused, and one per kind of outage.
"""

from enum import StrEnum
from typing import Final

from app.domain.errors import SignInFailed, Upstream, UpstreamKind

_SENTENCES: Final = {
    UpstreamKind.TIMEOUT: "The sign-in service did not answer in time. Try again in a minute.",
    UpstreamKind.UNREACHABLE: "The sign-in service cannot be reached. Try again in a minute.",
    UpstreamKind.BUSY: "The sign-in service is busy. Try again in a minute.",
    UpstreamKind.CREDENTIALS: "The sign-in service does not accept this portal. "
    "Tell your administrator.",
}


class Reason(StrEnum):
    """What was wrong with the callback, the tokens or the provider's own documents."""

    # The callback
    STATE_MISSING = "state_missing"
    STATE_MISMATCH = "state_mismatch"
    STATE_EXPIRED = "state_expired"
    WRONG_PROVIDER = "wrong_provider"
    CALLBACK_ISSUER_MISSING = "callback_issuer_missing"
    CALLBACK_ISSUER_MISMATCH = "callback_issuer_mismatch"
    ACCESS_DENIED = "access_denied"
    PROVIDER_ERROR = "provider_error"
    CODE_MISSING = "code_missing"
    CODE_MALFORMED = "code_malformed"

    # The header of a proxy
    ASSERTION_MISSING = "assertion_missing"

    # The token endpoint
    CODE_REFUSED = "code_refused"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a reason, not a token
    TOKEN_ANSWER_MALFORMED = "token_answer_malformed"  # noqa: S105 - a reason, not a token
    TOKEN_TYPE = "token_type"  # noqa: S105 - a reason, not a token
    ID_TOKEN_MISSING = "id_token_missing"  # noqa: S105 - a reason, not a token
    ID_TOKEN_TOO_LARGE = "id_token_too_large"  # noqa: S105 - a reason, not a token
    ID_TOKEN_MALFORMED = "id_token_malformed"  # noqa: S105 - a reason, not a token

    # The signature
    ALGORITHM = "algorithm"
    CRITICAL_HEADER = "critical_header"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"

    # The claims
    ISSUER = "issuer"
    AUDIENCE = "audience"
    AUTHORIZED_PARTY = "authorized_party"
    SUBJECT = "subject"
    EXPIRED = "expired"
    EXPIRY_MALFORMED = "expiry_malformed"
    NOT_YET_VALID = "not_yet_valid"
    ISSUED_AT = "issued_at"
    ISSUED_TOO_LONG_AGO = "issued_too_long_ago"
    NONCE = "nonce"
    ACCESS_TOKEN_HASH = "access_token_hash"  # noqa: S105 - a reason, not a token
    CLAIMS_MALFORMED = "claims_malformed"
    TENANT = "tenant"
    USERINFO_SUBJECT = "userinfo_subject"
    EMAIL_DOMAIN = "email_domain"

    # The step-up
    ACR = "acr"
    AUTH_TIME_MISSING = "auth_time_missing"
    AUTH_TIME_OLD = "auth_time_old"
    AUTH_TIME_FUTURE = "auth_time_future"

    # Asking again
    REFRESH_REFUSED = "refresh_refused"
    ACCESS_TOKEN_REFUSED = "access_token_refused"  # noqa: S105 - a reason, not a token

    # The logout token
    LOGOUT_TYPE = "logout_type"
    LOGOUT_EVENT = "logout_event"
    LOGOUT_NONCE = "logout_nonce"
    LOGOUT_OF_NOBODY = "logout_of_nobody"
    LOGOUT_SESSION = "logout_session"
    LOGOUT_TOKEN_ID = "logout_token_id"  # noqa: S105 - a reason, not a token

    # The provider's documents; these come as the code of an ``Upstream``
    DISCOVERY_ISSUER = "discovery_issuer"
    DISCOVERY_MALFORMED = "discovery_malformed"
    DISCOVERY_ADDRESS = "discovery_address"
    DISCOVERY_ALGORITHMS = "discovery_algorithms"
    CLIENT_AUTHENTICATION = "client_authentication"
    KEYS_MALFORMED = "keys_malformed"
    CLIENT_KEY = "client_key"


def refusal(reason: Reason) -> SignInFailed:
    """Return the error for a refused sign-in."""
    return SignInFailed(reason.value)


def outage(kind: UpstreamKind, *, retry_after: int | None = None, reason: str = "") -> Upstream:
    """Return the error for a provider that gave no usable answer; the reason is for the log."""
    sentence = _SENTENCES.get(kind, "The sign-in service gave no usable answer. Try again later.")
    return Upstream(kind, sentence, retry_after=retry_after, code=reason)
