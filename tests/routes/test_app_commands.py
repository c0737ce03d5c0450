"""``flask apps`` and ``flask approvals``: what is printed, and that no key ever is."""

import json

import pytest

from tests.routes.house import House

CANARY = "canary-of-the-commands"


def run(house: House, *command: str) -> str:
    result = house.flask.test_cli_runner().invoke(args=list(command))
    assert CANARY not in result.output
    return str(result.output)


@pytest.fixture
def app_id(house: House) -> str:
    house.developer()
    key = house.apigee.new_key("payments", consumer_key=CANARY)
    return house.apigee.add_app("dana@example.com", "trip", key).app_id


def test_apps_are_listed_and_narrowed(house: House, app_id: str) -> None:
    assert run(house, "apps", "list") == f"approved {app_id}  trip\n"
    assert run(house, "apps", "list", "--status", "revoked") == ""
    [told] = map(
        json.loads, run(house, "apps", "list", "--product", "payments", "--json").split("\n")[:-1]
    )
    assert (told["app_id"], told["keys"][0]["products"]) == (app_id, {"payments": "pending"})


def test_an_app_is_shown_by_its_id(house: House, app_id: str) -> None:
    told = json.loads(run(house, "apps", "show", app_id, "--json"))
    assert (told["name"], told["developer"]) == ("trip", "dana@example.com")
    assert "developer     dana@example.com" in run(house, "apps", "show", app_id)
    assert "not on Apigee" in run(house, "apps", "show", "nothing")


def test_what_waits_is_listed(house: House, app_id: str) -> None:
    assert run(house, "approvals", "list") == ""
    with house.context():
        scan = house.portal.approvals.scan
        scan.run(None)  # type: ignore[arg-type] # the job is not looked at
    told = json.loads(run(house, "approvals", "list", "--json"))
    assert (told["product"], told["app"], told["app_id"]) == ("payments", "trip", app_id)
    assert "payments  trip  dana@example.com" in run(house, "approvals", "list")
