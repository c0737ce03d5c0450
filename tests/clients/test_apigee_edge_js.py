"""apigee-edge-js, a library for Edge written in JavaScript, works on the local Apigee."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from emulator.model import Flavor
from emulator.switches import Switches
from tests.clients.conftest import Visit, Visiting
from tests.clients.kept import NOTHING, Kept
from tests.clients.programs import Failed, Library

EMAIL = "ana@example.com"
PRODUCT = {
    "productName": "gold",
    "proxies": ["weather"],
    "environments": ["prod"],
    "approvalType": "auto",
    "attributes": {"access": "public"},
}
PERSON = {"email": EMAIL, "firstName": "Ana", "lastName": "Ruiz", "userName": "ana"}
WIDGET = {"developerEmail": EMAIL, "appName": "widget"}
# The client looks for a key in the expanded list of all apps without asking for credentials.
LISTED = Switches(credentials_unasked=True)
MODES = ("edge basic", "edge oauth", "edge bearer", "x bearer")


@dataclass(frozen=True)
class Meeting:
    """The client, signed in, and what the local Apigee holds."""

    org: Library
    kept: Kept
    flavor: Flavor


def connect(visit: Visit, mode: str) -> dict[str, Any]:
    """The client's options for a way of signing in."""
    local = visit.local
    name, password = local.basic
    where = {"org": "demo", "mgmtServer": local.root}
    if mode == "x bearer":
        return {**where, "token": local.bearer()}
    if mode == "edge bearer":
        return {**where, "token": visit.edge_token()}
    who = {**where, "user": name, "password": password}
    if mode == "edge oauth":
        return {**who, "forcenew": True, "ssoUrl": local.root}
    return {**who, "no_token": True}


@contextmanager
def meet(visiting: Visiting, mode: str) -> Iterator[Meeting]:
    flavor: Flavor = "x" if mode.startswith("x") else "edge"
    with (
        visiting("apigee-edge-js", flavor=flavor, switches=LISTED) as visit,
        visit.room.library("edge_js.mjs") as org,
    ):
        org.call("connect", **connect(visit, mode))
        yield Meeting(org, visit.kept, flavor)


@pytest.fixture(params=MODES)
def meeting(visiting: Visiting, request: pytest.FixtureRequest) -> Iterator[Meeting]:
    with meet(visiting, request.param) as meeting:
        yield meeting


@pytest.fixture
def org(meeting: Meeting) -> Library:
    return meeting.org


@pytest.fixture
def kept(meeting: Meeting) -> Kept:
    return meeting.kept


def an_app(org: Library) -> Any:
    org.call("products.create", **PRODUCT)
    org.call("developers.create", **PERSON)
    return org.call("developerapps.create", **WIDGET, apiProduct="gold", expiry="1h")


def names(listed: Any, flavor: Flavor, key: str, name: str) -> list[str]:
    """The names in an unexpanded list: plain on Edge, in stubs on X."""
    return listed if flavor == "edge" else [each[name] for each in listed[key]]


def test_the_organisation_is_read(org: Library) -> None:
    assert org.call("get")["name"] == "demo"
    assert isinstance(org.call("getProperties"), dict)


def test_a_product_lives_and_ends(org: Library, kept: Kept, meeting: Meeting) -> None:
    made = org.call("products.create", **PRODUCT)
    assert made["attributes"][0] == {"name": "access", "value": "public"}
    assert org.call("products.get", name="gold") == made
    assert names(org.call("products.get"), meeting.flavor, "apiProduct", "name") == ["gold"]
    assert org.call("products.get", expand=True) == {"apiProduct": [made]}
    assert org.call("products.del", productName="gold") == made
    assert kept.counts == NOTHING


def test_a_product_is_updated_with_post_on_edge(visiting: Visiting) -> None:
    with meet(visiting, "edge basic") as meeting:
        made = meeting.org.call("products.create", **PRODUCT)
        changed = meeting.org.call("products.update", **{**made, "approvalType": "manual"})
        assert changed["approvalType"] == "manual"
        assert meeting.kept.local.site.store.products["gold"].needs_approval


def test_a_developer_lives_and_ends(org: Library, kept: Kept, meeting: Meeting) -> None:
    made = org.call("developers.create", **PERSON)
    assert org.call("developers.get", email=EMAIL) == made
    assert org.call("developers.get", id=made["developerId"]) == made
    assert names(org.call("developers.get"), meeting.flavor, "developer", "email") == [EMAIL]
    org.call("developers.revoke", email=EMAIL)
    assert kept.developer(EMAIL).status == "inactive"
    org.call("developers.approve", email=EMAIL)
    assert kept.developer(EMAIL).status == "active"
    assert org.call("developers.del", email=EMAIL)["developerId"] == made["developerId"]
    assert kept.counts == NOTHING


def test_an_app_lives_and_ends(org: Library, kept: Kept) -> None:
    made = an_app(org)
    (credential,) = made["credentials"]
    assert int(credential["expiresAt"]) - int(credential["issuedAt"]) == 3_600_000
    assert org.call("developerapps.get", **WIDGET) == made
    assert org.call("apps.get", id=made["appId"]) == made
    org.call("developerapps.update", **WIDGET, attributes={"colour": "red"}, callbackUrl="a:b")
    app = kept.app(EMAIL, "widget")
    assert dict(app.attributes) == {"colour": "red", "tool": "nodejs edge_js.mjs"}
    assert app.callback_url == "a:b"
    assert [each.consumer_key for each in app.credentials] == [credential["consumerKey"]]
    org.call("developerapps.revoke", **WIDGET)
    assert kept.app(EMAIL, "widget").status == "revoked"
    org.call("developerapps.approve", **WIDGET)
    assert org.call("developerapps.get", **WIDGET)["status"] == "approved"
    assert org.call("developerapps.del", **WIDGET)["name"] == "widget"
    assert kept.counts == {**NOTHING, "developers": 1, "products": 1}


def test_a_key_is_generated_beside_the_first(org: Library, kept: Kept) -> None:
    (first,) = an_app(org)["credentials"]
    app = org.call("appcredentials.add", **WIDGET, apiProduct="gold", expiry="30m")
    keys = {each["consumerKey"] for each in app["credentials"]}
    assert len(keys) == 2
    assert first["consumerKey"] in keys
    assert keys == {each.consumer_key for each in kept.app(EMAIL, "widget").credentials}


def test_a_key_of_ones_own_lives_and_ends(org: Library, kept: Kept) -> None:
    an_app(org)
    org.call("products.create", **{**PRODUCT, "productName": "extra", "approvalType": "manual"})
    on = {**WIDGET, "key": "own-key"}
    pair = {"consumerKey": "own-key", "consumerSecret": "own-secret"}
    made = org.call("appcredentials.add", **WIDGET, **pair, apiProduct="gold")
    assert pair.items() <= made.items()
    org.call("appcredentials.addProduct", **on, product="extra")
    assert kept.products_on("own-key") == {"gold": "approved", "extra": "pending"}
    assert org.call("appcredentials.removeProduct", **on, product="gold")["consumerKey"]
    assert kept.products_on("own-key") == {"extra": "pending"}
    org.call("appcredentials.update", **on, attributes={"a": "1"})
    assert kept.key("own-key").attributes == {"a": "1"}
    assert org.call("appcredentials.get", **on)["apiProducts"][0]["apiproduct"] == "extra"
    assert org.call("appcredentials.del", **on)["consumerKey"] == "own-key"
    assert len(kept.app(EMAIL, "widget").credentials) == 1


def test_a_key_is_found_and_revoked(org: Library, kept: Kept) -> None:
    made = an_app(org)
    key = made["credentials"][0]["consumerKey"]
    found = org.call("appcredentials.find", key=key)
    assert found["appName"] == "widget"
    assert found["developer"]["email"] == EMAIL
    assert org.call("appcredentials.revoke", key=key) is True
    assert kept.key(key).status == "revoked"
    org.call("appcredentials.approve", **WIDGET, key=key)
    assert kept.key(key).status == "approved"
    assert org.call("appcredentials.find", key="nobody's") is None


def test_what_the_gateway_answered_is_counted(org: Library, kept: Kept) -> None:
    (credential,) = an_app(org)["credentials"]
    for _ in range(3):
        headers = {"x-apikey": credential["consumerKey"]}
        url = f"{kept.local.root}/proxy/weather/today"
        assert requests.get(url, headers=headers, timeout=20).status_code == 200
    now = datetime.fromtimestamp(kept.local.site.clock(), UTC)
    asked = {
        "environment": "prod",
        "dimension": "developer_app",
        "metric": "sum(message_count)",
        "timeUnit": "month",
        "startTime": (now - timedelta(days=1)).isoformat(),
        "endTime": (now + timedelta(days=1)).isoformat(),
    }
    (environment,) = org.call("stats.get", **asked)["data"]["environments"]
    (group,) = environment["dimensions"]
    assert (environment["name"], group["name"]) == ("prod", "widget")
    values = [each["value"] for metric in group["metrics"] for each in metric["values"]]
    assert sum(map(float, values)) == 3.0


def test_a_company_is_made_and_read_on_edge(visiting: Visiting) -> None:
    with meet(visiting, "edge basic") as meeting:
        org = meeting.org
        made = org.call("companies.create", name="acme", attributes={"ADMIN_EMAIL": EMAIL})
        assert org.call("companies.get", name="acme") == made
        assert org.call("companies.get") == ["acme"]
        assert org.call("companydevelopers.get", company="acme") == {"developer": []}
        assert meeting.kept.local.site.store.groups["acme"].attributes == {"ADMIN_EMAIL": EMAIL}


def test_what_is_not_there_is_refused_in_the_words_of_apigee(
    org: Library, meeting: Meeting
) -> None:
    with pytest.raises(Failed, match="bad status: 404") as refused:
        org.call("developers.get", email="nobody@example.com")
    wanted = "developer.service.DeveloperIdDoesNotExist"
    if meeting.flavor == "edge":
        assert refused.value.result["code"] == wanted
    else:
        violations = refused.value.result["error"]["details"][0]["violations"]
        assert violations[0]["type"] == wanted
