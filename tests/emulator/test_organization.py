"""The organisation itself: list, read, project mapping, environments."""

import pytest

from tests.emulator.conftest import Client, Start, code


def ask(client: Client, path: str) -> tuple[int, object]:
    answer = client.session.get(f"{client.local.url}{path}", timeout=20)
    text = "json" not in answer.headers["Content-Type"]
    return answer.status_code, answer.text if text else answer.json()


def test_organisations_are_listed_as_each_flavour_does(client: Client) -> None:
    status, listed = ask(client, "/organizations")
    entry = {
        "organization": "demo",
        "projectId": "demo",
        "projectIds": ["demo"],
        "location": "global",
    }
    expected = {"organizations": [entry]} if client.flavor == "x" else ["demo"]
    assert (status, listed) == (200, expected)


@pytest.mark.parametrize("end", ["", "/"])
def test_the_organisation_is_read_with_or_without_a_slash(client: Client, end: str) -> None:
    organization = client.json(end)
    assert organization["environments"] == ["prod", "test"]
    assert ("runtimeType" in organization) is (client.flavor == "x")
    client.milliseconds(organization["createdAt"])


def test_x_says_which_project_the_organisation_is(x: Client) -> None:
    assert x.json(":getProjectMapping") == {
        "organization": "demo",
        "projectId": "demo",
        "projectIds": ["demo"],
        "location": "global",
    }
    assert ask(x, "/organizations/other:getProjectMapping")[0] == 403


def test_a_seed_says_where_the_control_plane_is(start: Start) -> None:
    client = start(flavor="x", seed={"location": "eu"})
    assert client.json(":getProjectMapping")["location"] == "eu"


def test_edge_has_no_projects(edge: Client) -> None:
    assert edge.get(":getProjectMapping").status_code == 404


def test_the_short_addresses_are_edges_only(client: Client) -> None:
    status, body = ask(client, "/o/demo/e/prod")
    assert status == (404 if client.flavor == "x" else 200)
    assert isinstance(body, str) is (client.flavor == "x")


def test_environments_are_a_plain_list_and_read_one_by_one(client: Client) -> None:
    assert client.json("/environments") == ["prod", "test"]
    assert client.json("/environments/test")["name"] == "test"
    missing = client.get("/environments/none")
    assert (missing.status_code, code(missing)) == (
        404,
        "messaging.config.beans.EnvironmentDoesNotExist",
    )
