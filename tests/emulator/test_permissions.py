"""On X each call needs its own permission of Google's IAM."""

import re

import pytest

from emulator import Switches
from emulator.management import ROUTES
from emulator.permissions import TABLE, permission
from tests.emulator.conftest import NEW_DEVELOPER, Client, Start

TRIPS = "/developers/dana@example.com/apps/trips"
CALLS = [
    ("GET", "", "organizations.get"),
    ("GET", "/developers", "developers.list"),
    ("POST", "/developers", "developers.create"),
    ("POST", "/developers/dana@example.com?action=inactive", "developers.update"),
    ("GET", "/developers/dana@example.com/attributes", "developerattributes.list"),
    ("GET", TRIPS, "developerapps.get"),
    ("PUT", TRIPS, "developerapps.manage"),
    ("POST", f"{TRIPS}/keys/dana-key?action=revoke", "appkeys.manage"),
    ("DELETE", f"{TRIPS}/keys/dana-key", "appkeys.delete"),
    ("DELETE", f"{TRIPS}/keys/dana-key/apiproducts/payments", "appkeys.manage"),
    ("GET", "/apps", "apps.list"),
    ("GET", "/apiproducts/payments", "apiproducts.get"),
    ("GET", "/environments/prod/stats/apps?select=sum(message_count)", "environments.getStats"),
]


@pytest.mark.parametrize(("method", "path", "needed"), CALLS)
def test_a_call_without_its_permission_is_refused_by_name(
    start: Start, method: str, path: str, needed: str
) -> None:
    granted = {permission(*each) for each in TABLE} - {f"apigee.{needed}"}
    x = start(permissions=granted)
    answer = x.call(method, path, NEW_DEVELOPER if method in ("POST", "PUT") else None)
    assert answer.status_code == 403
    error = answer.json()["error"]
    assert error["status"] == "PERMISSION_DENIED"
    assert f"'apigee.{needed}'" in error["message"]
    [info] = error["details"]
    assert info["reason"] == "IAM_PERMISSION_DENIED"
    assert info["metadata"]["permission"] == f"apigee.{needed}"


@pytest.mark.parametrize(("method", "path", "needed"), CALLS)
def test_a_call_needs_no_other_permission(
    start: Start, method: str, path: str, needed: str
) -> None:
    x = start(permissions={f"apigee.{needed}"})
    answer = x.call(method, path, NEW_DEVELOPER if path == "/developers" else None)
    assert answer.status_code != 403


def test_nothing_is_changed_by_a_refused_call(start: Start) -> None:
    x = start(permissions={"apigee.developers.list"})
    assert x.call("POST", "/developers", NEW_DEVELOPER).status_code == 403
    assert len(x.json("/developers")["developer"]) == 2


def test_the_refusal_can_be_silent_about_the_permission(start: Start) -> None:
    switches = Switches(denied_names_permission=False)
    silent = start(permissions=(), switches=switches)
    denied = silent.get("/developers").json()
    url = f"{silent.local.url}/organizations/other/developers"
    other = silent.session.get(url, timeout=20).json()
    assert denied["error"]["message"] == other["error"]["message"].replace("other", "demo")
    assert "details" not in denied["error"]


def test_every_call_of_x_has_a_permission_and_every_permission_a_call(x: Client) -> None:
    calls = {(each.method, each.pattern) for each in ROUTES if "x" in each.flavors}
    assert calls == set(TABLE)
    names = {permission(*each) for each in TABLE}
    assert all(re.fullmatch(r"apigee\.[a-z]+\.[a-zA-Z]+", each) for each in names)
    assert x.get("/developers").status_code == 200


@pytest.mark.parametrize(
    ("granted", "method", "path", "allowed"),
    [
        (["GET /developers"], "GET", "/developers", True),
        (["GET /developers"], "GET", TRIPS, True),
        (["GET /developers"], "POST", "/developers", False),
        (["PUT /developers"], "POST", "/developers", True),
        (["PUT /developers"], "GET", "/developers", False),
        (["GET /developers"], "GET", "/apps", False),
        (["GET /"], "GET", "/apiproducts/payments", True),
        (["GET /", "PUT /apiproducts"], "GET", "/apiproducts/payments", False),
        (["GET /developers/*/apps"], "GET", TRIPS, True),
        (["GET /developers/*/apps"], "GET", "/developers/dana@example.com", False),
        (["GET /developers/*", "PUT /developers/dana@example.com"], "GET", TRIPS, False),
        (["GET /dev"], "GET", "/developers", False),
    ],
)
def test_on_edge_a_role_has_paths_and_verbs(
    start: Start, granted: list[str], method: str, path: str, *, allowed: bool
) -> None:
    edge = start(flavor="edge", permissions=granted)
    answer = edge.call(method, path, NEW_DEVELOPER if method == "POST" else None)
    assert (answer.status_code != 403) == allowed
    if not allowed:
        assert answer.json()["message"] == "Forbidden"
