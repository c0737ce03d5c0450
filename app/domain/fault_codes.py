"""What the codes of Apigee's gateway mean: the links of the chain that each one names.

Codes follow Apigee's error references of the policies VerifyAPIKey, OAuthV2, Quota and
SpikeArrest; those that are not ``certain`` were seen in use or stand to reason, but no document
that we know of lists them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.chain import Link, Remedy, Who

# Any of these can be behind "not for this resource": the chain tells which.
COVERAGE: Final = (Link.PRODUCT, Link.PROXY, Link.ENVIRONMENT, Link.PATH, Link.METHOD)


@dataclass(frozen=True, slots=True)
class Fault:
    """What Apigee's answer says: the links it can mean, in words, and what to do about it.

    Without ``links`` the code is not one that the portal knows.
    """

    code: str
    links: tuple[Link, ...]
    text: str
    remedy: Remedy
    certain: bool = True

    @property
    def is_known(self) -> bool:
        """Whether the portal knows what the code means."""
        return bool(self.links)


_ACTIVATE: Final = Remedy("Have the account activated. The keys are unchanged.", Who.ADMINISTRATOR)
_APPROVE: Final = Remedy("Have the app approved. Its keys are unchanged.", Who.ADMINISTRATOR)
_TURN_ON: Final = Remedy(
    "Open the app's page: it says who turned the key off, and you can turn on what you turned off.",
    Who.YOU,
)
_ASK_OWNER: Final = Remedy("Ask the product's owner.", Who.PRODUCT_OWNER)
_NEW_KEY: Final = Remedy("Add a new key and use that one.", Who.YOU)
_SEND_KEY: Final = Remedy(
    "Send the key where the API expects it: the app's page shows a call that is ready to run.",
    Who.YOU,
)
_CHECK_KEY: Final = Remedy(
    "Compare the key that your software sends with the one on the app's page: the last four "
    "characters, and spaces or line breaks around it. A deleted key is unknown too.",
    Who.YOU,
)
_SEND_TOKEN: Final = Remedy('Send the header "Authorization: Bearer" with the token.', Who.YOU)
_NEW_TOKEN: Final = Remedy("Get a new access token and send that one.", Who.YOU)
_SCOPE: Final = Remedy("Ask for a token with the scope that the call needs.", Who.YOU)
_CHECK_CLIENT: Final = Remedy(
    "Check the key and the secret that ask for the token: both must belong to the same key.",
    Who.YOU,
)
_WAIT: Final = Remedy(
    "Wait until the period is over. For more calls, ask for a product with a higher quota.",
    Who.NOBODY,
)
_SLOWER: Final = Remedy("Send fewer calls at a time, and try again after a pause.", Who.YOU)
_CHECK_ADDRESS: Final = Remedy("Check the host and the path of the address.", Who.YOU)
_NAME_THE_CALL: Final = Remedy(
    "Choose the API, path, method and environment of the call to see which part is missing.",
    Who.YOU,
)

_DEVELOPER, _CALL, _QUOTA = (Link.DEVELOPER,), (Link.CALL,), (Link.QUOTA,)
_UNCOVERED: Final = "No approved product on the key covers the call that was made."
_UNKNOWN_KEY: Final = "Apigee does not know the key that was sent."
_NOT_APPROVED: Final = "The app is not approved."
_BAD_TOKEN: Final = "The access token is not valid: unknown, revoked or damaged."  # noqa: S105 - words, not a token

_TABLE: Final = (
    Fault(
        "DeveloperStatusNotActive",
        _DEVELOPER,
        "The developer account that the key belongs to is inactive.",
        _ACTIVATE,
    ),
    Fault(
        "CompanyStatusNotActive",
        _DEVELOPER,
        "The company that the key belongs to is inactive.",
        _ACTIVATE,
    ),
    Fault(
        "AppGroupStatusNotActive",
        _DEVELOPER,
        "The AppGroup that the key belongs to is inactive.",
        _ACTIVATE,
        certain=False,
    ),
    Fault("invalid_client-app_not_approved", (Link.APP,), _NOT_APPROVED, _APPROVE),
    Fault("app_not_approved", (Link.APP,), _NOT_APPROVED, _APPROVE, certain=False),
    Fault("ApiKeyNotApproved", (Link.KEY,), "The key is turned off.", _TURN_ON, certain=False),
    Fault("consumer_key_expired", (Link.EXPIRY,), "The key has expired.", _NEW_KEY, certain=False),
    Fault("InvalidApiKeyForGivenResource", COVERAGE, _UNCOVERED, _NAME_THE_CALL),
    Fault("InvalidAPICallAsNoApiProductMatchFound", COVERAGE, _UNCOVERED, _NAME_THE_CALL),
    Fault(
        "apiresource_doesnot_exist",
        (Link.PATH,),
        "No product on the key includes the path that was called.",
        _NAME_THE_CALL,
    ),
    Fault(
        "consumer_key_missing_api_product_association",
        (Link.PRODUCT,),
        "The key has no product.",
        _ASK_OWNER,
    ),
    Fault(
        "apiproduct_doesnot_exist",
        (Link.PRODUCT,),
        "A product on the key no longer exists.",
        _ASK_OWNER,
        certain=False,
    ),
    Fault("InvalidApiKey", _CALL, _UNKNOWN_KEY, _CHECK_KEY),
    Fault("invalid_consumer_key", _CALL, _UNKNOWN_KEY, _CHECK_KEY, certain=False),
    Fault("FailedToResolveAPIKey", _CALL, "The call carried no key.", _SEND_KEY),
    Fault(
        "QuotaViolation",
        _QUOTA,
        "The calls that the product allows in this period are used up.",
        _WAIT,
    ),
    Fault("SpikeArrestViolation", _QUOTA, "Too many calls came in too short a time.", _SLOWER),
    Fault(
        "LLMTokenQuotaViolation",
        _QUOTA,
        "The tokens that the product allows in this period are used up.",
        _WAIT,
        certain=False,
    ),
    Fault("access_token_expired", _CALL, "The access token has expired.", _NEW_TOKEN),
    Fault("access_token_not_approved", _CALL, "The access token was revoked.", _NEW_TOKEN),
    Fault("invalid_access_token", _CALL, _BAD_TOKEN, _NEW_TOKEN),
    Fault("InvalidAccessToken", _CALL, "The call carried no usable access token.", _SEND_TOKEN),
    Fault("FailedToResolveAccessToken", _CALL, "The call carried no access token.", _SEND_TOKEN),
    Fault("FailedToResolveToken", _CALL, "The call carried no token.", _SEND_TOKEN, certain=False),
    Fault("InsufficientScope", _CALL, "The access token lacks a scope.", _SCOPE),
    Fault(
        "InvalidClientIdentifier",
        _CALL,
        "The key that asked for a token is unknown.",
        _CHECK_CLIENT,
    ),
    Fault(
        "invalid_client",
        _CALL,
        "The key and the secret that asked for a token do not fit.",
        _CHECK_CLIENT,
    ),
    Fault(
        "ApplicationNotFound",
        _CALL,
        "The address that was called belongs to no API.",
        _CHECK_ADDRESS,
    ),
)
KNOWN: Final[Mapping[str, Fault]] = {fault.code: fault for fault in _TABLE}
