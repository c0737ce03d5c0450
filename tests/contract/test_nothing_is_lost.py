"""What the portal does not know of an app, a key or a developer survives all that it does."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import requests

import emulator
from app.domain.apps import AppChange
from app.domain.attributes import Attribute
from app.domain.developers import DeveloperChange, DeveloperStatus
from app.domain.keys import ApprovalStatus, NewKey
from emulator import LocalApigee
from tests.contract.organizations import Organization, connected, fingerprint

EMAIL, KEY = "o'neil+a@example.com", "the-consumer-key"
ODD = "  tabs\tand lines\nand \u2603 \U0001f600 'quotes' \"too\" \\ <b> &amp; %41  "
ATTRIBUTES = [
    {"name": "zeta", "value": ODD},
    {"name": "DisplayName", "value": "Trip"},
    {"name": "Notes", "value": ODD},
    {"name": "an empty one", "value": ""},
    {"name": "alpha é", "value": "1"},
]
# The check of every answer lets names through that begin with "invented".
SEED: Mapping[str, Any] = {
    "apiProducts": [
        {"name": "read-it", "approvalType": "auto", "scopes": ["READ", "a:b/c"]},
        {"name": "write-it", "approvalType": "manual", "scopes": ["WRITE"]},
    ],
    "developers": [
        {
            "email": EMAIL, "firstName": "Séan", "lastName": "O'Neil", "userName": "sean",
            "attributes": ATTRIBUTES, "extra": {"inventedKind": {"a": [1, None]}},
            "apps": [
                {
                    "name": "50% #1 $x", "callbackUrl": "https://a.example/?b=c&d=%20#e",
                    "attributes": ATTRIBUTES, "scopes": ["READ"],
                    "extra": {"appFamily": "partners", "inventedLater": {"deep": ["é", 2, True]}},
                    "credentials": [
                        {
                            "consumerKey": KEY, "consumerSecret": "the-secret",
                            "apiProducts": ["read-it"], "scopes": ["READ", "a:b/c"],
                            "attributes": ATTRIBUTES, "extra": {"inventedBy": "somebody"},
                        }
                    ],
                }
            ],
        }
    ],
}  # fmt: skip

APP = "50% #1 $x"
HELD = fingerprint(KEY)
# What every change moves.
MOVED = {"lastModifiedAt", "lastModifiedBy"}


@contextmanager
def organization(flavor: str) -> Iterator[tuple[LocalApigee, Organization]]:
    """Speak to a local Apigee that holds more than the portal knows."""
    with (
        emulator.run(flavor="x" if flavor == "x" else "edge", seed=SEED) as local,
        connected(local) as found,
    ):
        yield local, found


def raw(local: LocalApigee, path: str = "") -> dict[str, Any]:
    """Read the developer, or what is below, as it is on the wire."""
    address = f"{local.url}/organizations/demo/developers/o%27neil+a@example.com{path}"
    if local.options.flavor == "edge":
        answer = requests.get(address, auth=local.basic, timeout=20)
    else:
        headers = {"Authorization": f"Bearer {local.bearer()}"}
        answer = requests.get(address, headers=headers, timeout=20)
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def app_of(local: LocalApigee) -> dict[str, Any]:
    """Read the app as it is on the wire."""
    return raw(local, "/apps/50%25%20%231%20%24x")


def but(found: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return an object without some of its fields."""
    return {name: value for name, value in found.items() if name not in {*MOVED, *names}}


def attributes(flavor: str) -> list[dict[str, str]]:
    """Return the seeded attributes as they are on the wire; X leaves out what is empty."""
    return [
        {name: value for name, value in item.items() if value or flavor == "edge"}
        for item in ATTRIBUTES
    ]


def rotate(org: Organization) -> None:
    """Add a key beside the held one and turn the held one off."""
    org.keys.create(EMAIL, APP, NewKey(("read-it",), 3600))
    org.keys.create(EMAIL, APP, NewKey(("read-it",)))
    org.keys.set_status(EMAIL, APP, HELD, ApprovalStatus.REVOKED)


def change_products(org: Organization) -> None:
    """Give the key one product more, approve it, and take the other away."""
    org.keys.add_products(EMAIL, APP, HELD, ("write-it",))
    org.keys.set_product_status(EMAIL, APP, HELD, "write-it", ApprovalStatus.APPROVED)
    org.keys.remove_product(EMAIL, APP, HELD, "read-it")


def stop_and_go(org: Organization) -> None:
    """Revoke and approve the app, deactivate and activate its developer."""
    for status in (ApprovalStatus.REVOKED, ApprovalStatus.APPROVED):
        org.apps.set_status(EMAIL, APP, status)
    for wanted in (DeveloperStatus.INACTIVE, DeveloperStatus.ACTIVE):
        org.developers.set_status(EMAIL, wanted)


@pytest.mark.parametrize("change", [rotate, change_products, stop_and_go])
@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_work_on_keys_and_statuses_leaves_the_app_as_it_is(
    flavor: str, change: Callable[[Organization], None]
) -> None:
    with organization(flavor) as (local, org):
        before, developer_before = app_of(local), raw(local)
        change(org)
        after = app_of(local)
        assert but(after, "credentials") == but(before, "credentials")
        (held,) = (each for each in after["credentials"] if each["consumerKey"] == KEY)
        assert but(held, "status", "apiProducts") == but(
            before["credentials"][0], "status", "apiProducts"
        )
        assert but(raw(local)) == but(developer_before)


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_an_edit_of_an_app_writes_back_what_it_does_not_know(flavor: str) -> None:
    with organization(flavor) as (local, org):
        before = app_of(local)
        org.apps.update(EMAIL, APP, AppChange(display_name="Other", attributes={"beta": "2"}))
        after = app_of(local)
        assert but(after, "attributes") == but(before, "attributes")
        wanted = [
            {**item, "value": "Other"} if item["name"] == "DisplayName" else item
            for item in attributes(flavor)
        ]
        assert after["attributes"] == [*wanted, {"name": "beta", "value": "2"}]


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_an_edit_of_a_developer_writes_back_what_it_does_not_know(flavor: str) -> None:
    with organization(flavor) as (local, org):
        before, app_before = raw(local), app_of(local)
        org.developers.update(EMAIL, DeveloperChange(last_name="Neil", attributes={"zeta": None}))
        after = raw(local)
        assert but(after, "attributes", "lastName") == but(before, "attributes", "lastName")
        assert after["attributes"] == attributes(flavor)[1:]
        assert app_of(local) == app_before


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_one_attribute_at_a_time_leaves_the_others_as_they_are(flavor: str) -> None:
    with organization(flavor) as (local, org):
        before = app_of(local)
        org.apps.attributes(EMAIL, APP).set("alpha é", "2")
        org.keys.replace_attributes(EMAIL, APP, HELD, (Attribute("label", ODD),))
        after = app_of(local)
        assert but(after, "attributes", "credentials") == but(before, "attributes", "credentials")
        assert after["attributes"] == [*attributes(flavor)[:4], {"name": "alpha é", "value": "2"}]
        (held,) = after["credentials"]
        assert but(held, "attributes") == but(before["credentials"][0], "attributes")
        assert held["attributes"] == [{"name": "label", "value": ODD}]
