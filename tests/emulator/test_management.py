"""Addresses, the organisation, parameters and refusals of the management API."""

import pytest
import requests

from emulator import Switches
from emulator.model import Flavor
from tests.conformance.plugin import INSPECTOR
from tests.emulator.conftest import Client, Start, code


def ask(client: Client, path: str, method: str = "GET", **headers: str) -> requests.Response:
    """Call an address of the emulator itself."""
    url = f"{client.local.root}{path}"
    return client.session.request(method, url, headers=headers, timeout=20)


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_organisation_is_described(client: Client, slash: str) -> None:
    organization = client.json(slash)
    assert organization["name"] == "demo"
    assert organization["environments"] == ["prod", "test"]
    assert client.milliseconds(organization["createdAt"]) > 0
    assert ("runtimeType" in organization) is (client.flavor == "x")


def test_the_organisations_are_listed(client: Client) -> None:
    listed = ask(client, "/v1/organizations").json()
    if client.flavor == "x":
        assert listed["organizations"][0]["organization"] == "demo"
    else:
        assert listed == ["demo"]


def test_environments_are_a_plain_list_and_can_be_read(start: Start, flavor: Flavor) -> None:
    client = start(flavor=flavor, seed={"environments": ["eval"], "displayName": "Trial"})
    assert client.json("")["displayName"] == "Trial"
    assert client.json("/environments") == ["eval"]
    assert client.json("/environments/eval")["name"] == "eval"
    refused = client.get("/environments/prod")
    assert (refused.status_code, code(refused)) == (
        404,
        "messaging.config.beans.EnvironmentDoesNotExist",
    )


def test_edge_knows_the_short_addresses(edge: Client) -> None:
    assert ask(edge, "/v1/o/demo").json()["name"] == "demo"
    assert ask(edge, "/v1/o/demo/developers/").json() == ["dana@example.com", "ravi@example.com"]
    assert ask(edge, "/v1/o/demo/e/prod").json()["name"] == "prod"
    assert ask(edge, "/v1/organizations/demo/e").json() == ["prod", "test"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/o/demo",
        "/v1/organizations/demo/e/prod",
        "/v1/organizations/demo/developers/",
        "/v1/organizations/demo/none",
        "/v1/none",
        "/v1/",
        "/v1",
    ],
)
def test_x_answers_other_addresses_with_a_page_even_without_a_token(x: Client, path: str) -> None:
    answer = requests.get(f"{x.local.root}{path}", timeout=20)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "404" in answer.text


def test_an_address_is_not_written_into_the_page_as_it_came(x: Client) -> None:
    assert "<script>" not in ask(x, "/v1/<script>").text


def test_a_method_an_address_does_not_have(client: Client) -> None:
    answer = client.call("PATCH", "/developers")
    assert answer.status_code == (404 if client.flavor == "x" else 405)
    assert client.call("PATCH", "/none").status_code == 404


def test_edge_has_nothing_at_other_addresses(edge: Client) -> None:
    for path in ("/v1", "/v1/none", "/v1/organizations/demo/none", "/none"):
        assert ask(edge, path).status_code == 404


def test_an_unknown_organisation_is_forbidden_on_x(x: Client) -> None:
    answer = ask(x, "/v1/organizations/other/developers")
    assert answer.status_code == 403
    assert answer.json()["error"]["status"] == "PERMISSION_DENIED"


def test_an_unknown_organisation_on_edge_is_not_certain(edge: Client, start: Start) -> None:
    assert ask(edge, "/v1/organizations/other").status_code == 404
    other = start(flavor="edge", switches=Switches(edge_unknown_organization_status=403))
    assert ask(other, "/v1/organizations/other").status_code == 403


def test_a_parameter_the_api_does_not_know_is_refused_on_x(client: Client) -> None:
    answer = client.get("/developers", _optimized="js")
    assert answer.status_code == (400 if client.flavor == "x" else 200)


def test_x_can_be_told_to_pass_over_what_it_does_not_know(start: Start) -> None:
    x = start(flavor="x", switches=Switches(refuse_unknown_names=False))
    assert x.get("/developers", other="1").status_code == 200
    path = "/developers/dana@example.com/attributes/a"
    assert x.call("POST", path, {"value": "1", "other": "1"}).status_code == 200
    # The check of every answer sees that the caller sent what the API does not have.
    problems = INSPECTOR.take()
    assert len(problems) == 2
    assert "does not know the parameter other" in problems[0]


def test_the_parameters_every_google_api_knows_are_taken(x: Client) -> None:
    assert x.get("/developers", alt="json", prettyPrint="false", fields="developer").ok


def test_a_refusal_of_x_has_googles_envelope(x: Client) -> None:
    answer = x.get("/developers/nobody@example.com")
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    error = answer.json()["error"]
    assert (error["code"], error["status"]) == (404, "NOT_FOUND")
    failure, info = error["details"]
    assert failure["@type"] == "type.googleapis.com/google.rpc.PreconditionFailure"
    assert failure["violations"][0]["type"] == "developer.service.DeveloperIdDoesNotExist"
    assert failure["violations"][0]["description"] == error["message"]
    assert info["@type"] == "type.googleapis.com/google.rpc.RequestInfo"


@pytest.mark.parametrize(
    ("query", "headers"), [("?$.xgafv=1", {}), ("", {"X-Goog-Api-Format-Version": "1"})]
)
def test_the_older_form_of_a_refusal_can_be_asked_for(
    x: Client, query: str, headers: dict[str, str]
) -> None:
    path = f"/v1/organizations/demo/developers/nobody@example.com{query}"
    error = ask(x, path, **headers).json()["error"]
    assert error["errors"][0]["reason"] == "notFound"
    assert "details" not in error


def test_a_refusal_of_edge_is_flat(edge: Client) -> None:
    answer = edge.get("/developers/nobody@example.com")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "code": "developer.service.DeveloperIdDoesNotExist",
        "message": "DeveloperId nobody@example.com does not exist in organization demo",
        "contexts": [],
    }
