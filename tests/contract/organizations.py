"""The same sample organization three times: in the fake, and on a local Apigee of each flavour."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.apigee.connect import ApigeeConnection, connect
from app.apigee.credentials import Basic, Credentials, ServiceAccount
from app.apigee.flavor import Flavor
from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus
from app.domain.keys import ApprovalStatus, Key, KeyProduct
from app.domain.products import ApiProduct, Approval, Operation, Quota
from app.services.apigee_port import (
    ApigeeApps,
    ApigeeDevelopers,
    ApigeeKeys,
    ApigeeOrganization,
    ApigeeOrganizationApps,
    ApigeeProducts,
    ApigeeStats,
)
from emulator.past_calls import PastCall
from emulator.running import LocalApigee
from tests.fakes.apigee import FakeApigee
from tests.fakes.apigee.stats import FakeCall

Kind = Literal["fake", "x", "edge"]
KINDS: tuple[Kind, ...] = ("fake", "x", "edge")
DANA, INES = "dana@example.com", "ines@example.com"
CONSUMER_KEY = "dana-consumer-key"
APPS_OF_INES = 250

WEATHER = ApiProduct(
    name="weather-free",
    display_name="Weather",
    description="Today's weather",
    scopes=("read",),
    quota=Quota("100", "1", "day"),
    environments=("prod",),
    proxies=("weather",),
    paths=("/**",),
    attributes=(Attribute("access", "public"),),
)
PAYMENTS = ApiProduct(
    name="payments",
    display_name="payments",
    approval=Approval.MANUAL,
    proxies=("payments",),
    operations=(
        Operation("payments", "/v1/*", ("GET", "POST")),
        Operation("payments", "/health"),
    ),
)
LEDGER = ApiProduct(
    name="Ledger 100%",
    display_name="Ledger",
    access="internal",
    proxies=("ledger",),
    attributes=(Attribute("access", "Internal"),),
)
PRODUCTS = (LEDGER, PAYMENTS, WEATHER)

SEED: Mapping[str, Any] = {
    "apiProducts": [
        {
            "name": "weather-free", "displayName": "Weather", "description": "Today's weather",
            "approvalType": "auto", "attributes": {"access": "public"}, "scopes": ["read"],
            "quota": "100", "quotaInterval": "1", "quotaTimeUnit": "day",
            "environments": ["prod"], "proxies": ["weather"], "apiResources": ["/**"],
        },
        {
            "name": "payments", "approvalType": "manual",
            "operationGroup": {
                "operationConfigType": "proxy",
                "operationConfigs": [
                    {
                        "apiSource": "payments",
                        "operations": [
                            {"resource": "/v1/*", "methods": ["GET", "POST"]},
                            {"resource": "/health"},
                        ],
                    }
                ],
            },
        },
        {
            "name": "Ledger 100%", "displayName": "Ledger", "approvalType": "auto",
            "attributes": {"access": "Internal"}, "proxies": ["ledger"],
        },
    ],
    "developers": [
        {
            "email": DANA, "firstName": "Dana", "lastName": "Reyes", "userName": DANA,
            "apps": [
                {
                    "name": "trip-planner",
                    "credentials": [
                        {
                            "consumerKey": CONSUMER_KEY, "consumerSecret": "dana-secret",
                            "apiProducts": ["weather-free", "payments"],
                        },
                        {
                            "consumerKey": "an-older-key", "consumerSecret": "older-secret",
                            "status": "revoked", "issuedAt": "-5d", "expiresAt": "-1d",
                            "apiProducts": [],
                        },
                    ],
                },
                {"name": "50% #1", "status": "revoked", "credentials": []},
            ],
        },
        {
            "email": INES, "firstName": "Ines", "lastName": "Sol", "userName": INES,
            "status": "inactive",
            "apps": [
                {"name": f"app-{number:03}", "apiProducts": []} for number in range(APPS_OF_INES)
            ],
        },
    ],
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Organization:
    """The ports of the sample organization; ``calls`` counts the calls to Apigee."""

    kind: Kind
    organization: ApigeeOrganization
    developers: ApigeeDevelopers
    apps: ApigeeApps
    organization_apps: ApigeeOrganizationApps
    keys: ApigeeKeys
    products: ApigeeProducts
    stats: ApigeeStats
    calls: Callable[[], int]
    happened: Callable[[Sequence[FakeCall]], None]


def fingerprint(consumer_key: str) -> str:
    """Stand for a key as the portal's own fingerprint does."""
    return hashlib.sha256(consumer_key.encode()).hexdigest()[:16]


def fake_organization() -> Organization:
    """Fill a fake with the sample organization."""
    fake = FakeApigee(fingerprint=fingerprint)
    for product in PRODUCTS:
        fake.put_product(product)
    fake.add_developer(DANA, "Dana", "Reyes")
    fake.add_developer(INES, "Ines", "Sol", DeveloperStatus.INACTIVE)
    fake.add_app(DANA, "trip-planner", *_keys(fake))
    made = fake.add_app(DANA, "50% #1")
    fake.put_app(DANA, replace(made, status=ApprovalStatus.REVOKED, keys=()))
    for number in range(APPS_OF_INES):
        fake.add_app(INES, f"app-{number:03}")
    return Organization(
        kind="fake",
        organization=fake.organization,
        developers=fake.developers,
        apps=fake.apps,
        organization_apps=fake.organization_apps,
        keys=fake.keys,
        products=fake.products,
        stats=fake.stats,
        calls=lambda: len(fake.calls),
        happened=fake.stats.answered.extend,
    )


def _keys(fake: FakeApigee) -> tuple[Key, Key]:
    newer = fake.new_key("weather-free", "payments", consumer_key=CONSUMER_KEY)
    older = fake.new_key(consumer_key="an-older-key", status=ApprovalStatus.REVOKED)
    assert newer.products[1] == KeyProduct("payments", ApprovalStatus.PENDING)
    return newer, replace(older, expires_at=fake.now())


def credentials_for(local: LocalApigee) -> Credentials:
    """Return what the local Apigee of this flavour lets in."""
    if local.options.flavor == "edge":
        return Basic(*local.basic)
    return ServiceAccount(local.service_account_file)


@contextmanager
def connected(local: LocalApigee, credentials: Credentials | None = None) -> Iterator[Organization]:
    """Speak to a local Apigee through the adapter."""
    apigee = connect(
        ApigeeConnection(
            flavor=Flavor(local.options.flavor),
            endpoint=local.url,
            organization=local.organization,
            credentials=credentials or credentials_for(local),
            fingerprint=fingerprint,
        )
    )
    try:
        yield Organization(
            kind=local.options.flavor,
            organization=apigee.organization,
            developers=apigee.developers,
            apps=apigee.apps,
            organization_apps=apigee.organization_apps,
            keys=apigee.keys,
            products=apigee.products,
            stats=apigee.stats,
            calls=lambda: len(local.journal.entries),
            happened=lambda calls: local.record_calls([_past(call) for call in calls]),
        )
    finally:
        apigee.close()


def _past(call: FakeCall) -> PastCall:
    return PastCall(
        time=int(call.at.timestamp() * 1000),
        developer=call.dimensions.get("developer_email", ""),
        app=call.dimensions.get("developer_app", ""),
        environment=call.environment,
        status=500 if call.is_error else 200,
        total_response_time=call.milliseconds,
    )
