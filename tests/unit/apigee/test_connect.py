"""Where the portal may speak to Apigee, and that it then offers the four ports."""

from base64 import b64decode
from dataclasses import replace

import pytest

from app.apigee.client import Surroundings
from app.apigee.connect import ApigeeConnection, connect
from app.apigee.credentials import Basic
from app.apigee.flavor import Flavor
from app.domain.outgoing import Outgoing
from app.services.apigee_port import ApigeeApps, ApigeeDevelopers, ApigeeKeys, ApigeeProducts
from tests.unit.apigee.speaking import DEVELOPER, fingerprint
from tests.unit.apigee.upstream import Upstream as Server
from tests.unit.apigee.upstream import reply


def _connection(
    endpoint: str, organization: str = "demo", *, allow_http: bool = False
) -> ApigeeConnection:
    return ApigeeConnection(
        flavor=Flavor.X,
        endpoint=endpoint,
        organization=organization,
        credentials=Basic("ops@example.com", "hidden-password"),
        fingerprint=fingerprint,
        allow_http=allow_http,
    )


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://apigee.googleapis.com/v1", "http://localhost:8001/v1", "http://127.0.0.1:1/v1",
        "http://[::1]:1/v1",
    ],
)  # fmt: skip
def test_https_and_this_machine_are_accepted(endpoint: str) -> None:
    apigee = connect(_connection(endpoint))
    ports: tuple[ApigeeDevelopers, ApigeeApps, ApigeeKeys, ApigeeProducts] = (
        apigee.developers,
        apigee.apps,
        apigee.keys,
        apigee.products,
    )
    assert len(ports) == 4
    apigee.close()


@pytest.mark.parametrize(
    "endpoint",
    ["http://apigee.example/v1", "http://127.0.0.1.example/v1", "ftp://127.0.0.1/v1", "", "x"],
)
def test_plain_http_to_another_machine_is_refused(endpoint: str) -> None:
    with pytest.raises(ValueError, match=r"https?://|an address"):
        connect(_connection(endpoint))


def test_plain_http_can_be_allowed_and_goes_through_a_proxy(server: Server) -> None:
    server.answer(reply(200, DEVELOPER))
    connection = _connection("http://apigee.internal:8080/v1", allow_http=True)
    through = Surroundings(outgoing=Outgoing(server.root.replace("//", "//portal:proxy-pw@")))
    apigee = connect(replace(connection, surroundings=through))
    assert apigee.developers.get("dana@example.com").is_active
    apigee.close()
    wanted = "http://apigee.internal:8080/v1/organizations/demo/developers/dana%40example.com"
    assert server.seen[0].target == wanted
    assert b64decode(server.seen[0].headers["proxy-authorization"][6:]) == b"portal:proxy-pw"


def test_an_organization_has_a_name() -> None:
    with pytest.raises(ValueError, match="organization"):
        connect(_connection("https://apigee.example/v1", organization=""))


def test_a_connection_does_not_show_its_credentials() -> None:
    assert "hidden-password" not in repr(_connection("https://apigee.example/v1"))
