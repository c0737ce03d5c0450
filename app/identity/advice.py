"""What whoever runs the portal can do about a provider's documents, by the code of the outage."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.identity.reasons import Reason

_PROVIDERS_FAULT: Final = (
    "The address may be that of a proxy or a maintenance page. Open the issuer's address with "
    "/.well-known/openid-configuration at its end on this machine and look at what comes."
)
ADVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "Check the issuer in the table [oidc], name resolution, firewall, and the proxy and "
        "the authorities in the table [http].",
        Reason.DISCOVERY_ISSUER: "The provider calls itself by another issuer. Set issuer to "
        "exactly what its discovery document says, with or without a slash at the end.",
        Reason.DISCOVERY_MALFORMED: _PROVIDERS_FAULT,
        Reason.DISCOVERY_ADDRESS: "The provider names an address that is not https://. Let it "
        "name its addresses as people reach them, by HTTPS.",
        Reason.DISCOVERY_ALGORITHMS: "The provider signs with none of the algorithms that the "
        "portal takes. Let it sign ID tokens with RS256, PS256, ES256 or EdDSA.",
        Reason.CLIENT_AUTHENTICATION: "The provider takes no client secret by Basic or POST. "
        "Choose what it takes in client_auth.",
        Reason.KEYS_MALFORMED: _PROVIDERS_FAULT,
        Reason.CLIENT_KEY: "The portal's own key for this provider cannot be used. Check the "
        "file that the settings name.",
    }
)


def advice(code: str) -> str:
    """Return the sentences for a code; for one that is unknown what helps with any outage."""
    return ADVICE.get(code, ADVICE[""])
