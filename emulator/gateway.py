"""The gateway beside the management API: the sample API behind a check of the key.

It refuses with the faults of Apigee's VerifyAPIKey policy. The chain is looked at from the
developer down; of several broken links the first one is named.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from emulator import weather
from emulator.calls import Site
from emulator.matching import Target, covers
from emulator.messages import Request, Response
from emulator.model import NEVER, Credential, Developer

BASE = "/proxy/"
ENVIRONMENT = "prod"
HEADER, PARAMETER = "x-apikey", "apikey"
_PROXIES = {"weather": weather.answer}


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal of the gateway: the code and the text Apigee's runtime gives."""

    code: str
    text: str

    def response(self, status: int = 401) -> Response:
        detail = {"errorcode": self.code}
        return _json(status, {"fault": {"faultstring": self.text, "detail": detail}})


MISSING = Fault(
    "steps.oauth.v2.FailedToResolveAPIKey",
    "Failed to resolve API Key variable request.header.x-apikey",
)
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


class Gateway:
    """Answers `/proxy/…` for one organisation's environment `prod`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._remembered: dict[tuple[str, Target], tuple[float, Fault | None]] = {}

    def answer(self, request: Request) -> Response:
        name, _, rest = unquote(request.path).removeprefix(BASE).partition("/")
        proxy = _PROXIES.get(name)
        if proxy is None:
            host = request.headers.get("host", "")
            text = f"Unable to identify proxy for host: {host} and url: {request.path}"
            return Fault("messaging.adaptors.http.flow.ApplicationNotFound", text).response(404)
        key = request.headers.get(HEADER) or request.query.get(PARAMETER, "")
        target = Target(ENVIRONMENT, name, f"/{rest}", request.method)
        fault = self._remembering(key, target) if key else MISSING
        if fault:
            return fault.response()
        if request.method != "GET":
            return _json(405, {"error": "This API can only be read"}, {"Allow": "GET"})
        return _json(*proxy(target.path, request.query, self._site.clock()))

    def forget(self) -> None:
        """Drop what is remembered of keys."""
        self._remembered.clear()

    def _remembering(self, key: str, target: Target) -> Fault | None:
        keep = self._site.switches.runtime_cache_seconds
        now = self._site.clock()
        until, fault = self._remembered.get((key, target), (0.0, None))
        if keep and now < until:
            return fault
        with self._site.store.lock:
            fault = self._check(key, target)
        if keep:
            self._remembered[key, target] = (now + keep, fault)
        return fault

    def _check(self, key: str, target: Target) -> Fault | None:
        store = self._site.store
        app = store.app_of_key(key)
        owner = store.owner_of(app) if app else None
        if app is None or owner is None:
            return UNKNOWN
        credential = next(each for each in app.credentials if each.consumer_key == key)
        if owner.status != "active":
            return DEVELOPER_INACTIVE if isinstance(owner, Developer) else GROUP_INACTIVE
        if app.status != "approved":
            return APP_REVOKED
        return self._check_key(credential, target)

    def _check_key(self, credential: Credential, target: Target) -> Fault | None:
        if credential.status != "approved":
            return KEY_REVOKED
        if credential.expires_at != NEVER and credential.expires_at <= self._site.now():
            return KEY_EXPIRED
        products = self._site.store.products
        approved = (each.name for each in credential.products if each.status == "approved")
        held = (products[name] for name in approved if name in products)
        return None if any(covers(each, target) for each in held) else NOT_COVERED


def _json(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    kind = {"Content-Type": "application/json"}
    return Response(status, json.dumps(body).encode(), {**kind, **(headers or {})})
