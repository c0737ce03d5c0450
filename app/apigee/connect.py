"""Putting the Apigee clients of one organization together; nothing is connected here."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.apigee.apps import AppsClient
from app.apigee.client import ApigeeClient, Surroundings
from app.apigee.credentials import Credentials
from app.apigee.developers import DevelopersClient
from app.apigee.exchange import Limits
from app.apigee.flavor import Flavor
from app.apigee.keys import KeysClient
from app.apigee.lanes import Places
from app.apigee.organization import OrganizationClient
from app.apigee.organization_apps import OrganizationAppsClient
from app.apigee.products import ProductsClient
from app.apigee.stats import StatsClient
from app.apigee.wire import Fingerprint
from app.domain.addresses import is_loopback, split_address


@dataclass(frozen=True, slots=True, kw_only=True)
class ApigeeConnection:
    """Where an organization is and how to speak to it.

    ``endpoint`` includes the ``/v1``; ``fingerprint`` makes a ``key_id`` of a consumer key;
    ``allow_http`` accepts plain http to other machines.
    """

    flavor: Flavor
    endpoint: str
    organization: str
    credentials: Credentials = field(repr=False)
    fingerprint: Fingerprint
    allow_http: bool = False
    limits: Limits = field(default_factory=Limits)
    places: Places = field(default_factory=Places)
    surroundings: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, slots=True)
class Apigee:
    """The ports of one organization over one client."""

    organization: OrganizationClient
    developers: DevelopersClient
    apps: AppsClient
    organization_apps: OrganizationAppsClient
    keys: KeysClient
    products: ProductsClient
    stats: StatsClient
    client: ApigeeClient

    def close(self) -> None:
        """Close the idle connections."""
        self.client.close()


def connect(
    connection: ApigeeConnection, make: Callable[..., ApigeeClient] = ApigeeClient
) -> Apigee:
    """Return the clients; raise ``ValueError`` for an endpoint that must not be used.

    ``make`` may give a client with other manners; it takes what ``ApigeeClient`` takes.
    """
    _check_endpoint(connection)
    flavor, fingerprint = connection.flavor, connection.fingerprint
    client = make(
        connection.endpoint,
        connection.organization,
        connection.credentials,
        connection.limits,
        connection.surroundings,
        connection.places,
    )
    return Apigee(
        organization=OrganizationClient(client, flavor),
        developers=DevelopersClient(client, flavor),
        apps=AppsClient(client, flavor, fingerprint),
        organization_apps=OrganizationAppsClient(client, flavor, fingerprint),
        keys=KeysClient(client, flavor, fingerprint),
        products=ProductsClient(client),
        stats=StatsClient(client, flavor),
        client=client,
    )


def _check_endpoint(connection: ApigeeConnection) -> None:
    parts = split_address(connection.endpoint)
    if (
        parts.scheme == "http"
        and not connection.allow_http
        and not is_loopback(parts.hostname or "")
    ):
        raise ValueError("the endpoint must begin with https:// unless allow_http is on")
    if not connection.organization:
        raise ValueError("the organization must have a name")
