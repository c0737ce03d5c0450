"""What Apigee's VerifyAPIKey policy finds out about a key: a fault, or whose it is."""

import json
from dataclasses import dataclass, replace

from emulator.calls import Site
from emulator.matching import Target, covers
from emulator.messages import Response
from emulator.model import NEVER, Credential, Developer, Group, Owner
from emulator.quota import Quota, quota_of


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal of the gateway: the code and the text Apigee's runtime gives."""

    code: str
    text: str
    status: int = 401

    def answering(self, status: int) -> "Fault":
        """The same fault with another status."""
        return replace(self, status=status)

    def response(self) -> Response:
        body = {"fault": {"faultstring": self.text, "detail": {"errorcode": self.code}}}
        kind = {"Content-Type": "application/json"}
        return Response(self.status, json.dumps(body).encode(), kind)


UNKNOWN = Fault("oauth.v2.InvalidApiKey", "Invalid ApiKey")
DEVELOPER_INACTIVE = Fault(
    "keymanagement.service.DeveloperStatusNotActive", "Developer Status is not Active"
)
# Edge's words for a company; what X says of an AppGroup was never recorded.
GROUP_INACTIVE = Fault(
    "keymanagement.service.CompanyStatusNotActive", "Company Status is not Active"
)
APP_REVOKED = Fault("keymanagement.service.invalid_client-app_not_approved", "App not Approved")
KEY_REVOKED = Fault("oauth.v2.ApiKeyNotApproved", "ApiKey not approved")
KEY_EXPIRED = Fault("keymanagement.service.consumer_key_expired", "Key Expired")
NOT_COVERED = Fault("oauth.v2.InvalidApiKeyForGivenResource", "Invalid ApiKey for given resource")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a call's key; `verified` when the policy let it pass."""

    fault: Fault | None = None
    verified: bool = False
    app_id: str = ""
    app: str = ""
    developer: str = ""
    developer_email: str = ""
    product: str = ""
    quota: Quota | None = None

    @property
    def resolved(self) -> "Verdict":
        """What the runtime's variables hold: nothing when the policy refused the key."""
        return self if self.verified else Verdict(self.fault)

    def refused(self, fault: Fault) -> "Verdict":
        """The same key, refused."""
        return replace(self, fault=fault)


def verify(site: Site, key: str, target: Target) -> Verdict:
    """Look at the whole chain of a key for a call; the store's lock is held."""
    store = site.store
    app = store.app_of_key(key)
    owner = store.owner_of(app) if app else None
    if app is None or owner is None:
        return Verdict(UNKNOWN)
    known = Verdict(
        app_id=app.app_id,
        app=app.name,
        developer=developer_dimension(site, owner),
        developer_email=owner.email if isinstance(owner, Developer) else "",
    )
    if owner.status != "active":
        person = isinstance(owner, Developer)
        return known.refused(DEVELOPER_INACTIVE if person else GROUP_INACTIVE)
    if app.status != "approved":
        return known.refused(APP_REVOKED)
    credential = next(each for each in app.credentials if each.consumer_key == key)
    return _verify_key(site, credential, target, known)


def developer_dimension(site: Site, owner: Owner) -> str:
    """How analytics name a developer (by id) or a company; how an AppGroup is a doubt."""
    last = owner.developer_id if isinstance(owner, Developer) else owner.name
    if isinstance(owner, Group) and site.flavor == "x" and site.switches.appgroup_in_stats == "id":
        last = owner.group_id
    return f"{site.organization.name}@@@{last}"


def _verify_key(site: Site, credential: Credential, target: Target, known: Verdict) -> Verdict:
    if credential.status != "approved":
        return known.refused(KEY_REVOKED)
    if credential.expires_at != NEVER and credential.expires_at <= site.now():
        return known.refused(KEY_EXPIRED)
    products = site.store.products
    approved = (each.name for each in credential.products if each.status == "approved")
    held = (products[name] for name in approved if name in products)
    product = next((each for each in held if covers(each, target)), None)
    if product is None:
        return known.refused(NOT_COVERED)
    quota = quota_of(product, target)
    return replace(known, verified=True, product=product.name, quota=quota)
