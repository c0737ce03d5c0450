"""AppGroups of X: the groups themselves."""

import json

import pytest

from emulator import Switches
from tests.emulator.conftest import Client, Json, Start, code

GROUPS = "/appgroups"
TEAM = f"{GROUPS}/team"
MEMBERS = "__apigee_reserved__developer_details"
BODY = {
    "name": "team",
    "displayName": "The Team",
    "channelId": "devportal",
    "channelUri": "https://portal.example.com",
    "email": "team@example.com",
    "attributes": [{"name": "city", "value": "Bern"}],
}


def names(answer: Json) -> list[str]:
    return [each["name"] for each in answer.get("appGroups", [])]


@pytest.fixture
def grouped(x: Client) -> Client:
    """Three AppGroups, one of them inactive."""
    for name in ("team", "alpha", "zeta"):
        assert x.call("POST", GROUPS, {**BODY, "name": name, "channelId": name}).ok
    x.call("PUT", f"{GROUPS}/zeta?action=inactive")
    return x


def test_a_new_appgroup_is_active_and_read_back(x: Client) -> None:
    answer = x.call("POST", GROUPS, {**BODY, "status": "inactive"})
    assert answer.status_code == 201
    group = answer.json()
    assert BODY.items() <= group.items()
    assert (group["status"], group["organization"]) == ("active", "demo")
    assert group["appGroupId"]
    x.milliseconds(group["createdAt"])
    assert x.json(TEAM) == group


def test_creating_an_appgroup_may_answer_200(start: Start) -> None:
    x = start(flavor="x", switches=Switches(group_create_status=200))
    assert x.call("POST", GROUPS, BODY).status_code == 200
    app = {"name": "a", "apiProducts": ["weather-free"]}
    assert x.call("POST", f"{TEAM}/apps", app).status_code == 200
    key = {"consumerKey": "k", "consumerSecret": "s"}
    assert x.call("POST", f"{TEAM}/apps/a/keys", key).status_code == 200


def test_a_name_is_used_once_and_is_made_of_few_characters(grouped: Client) -> None:
    again = grouped.call("POST", GROUPS, BODY)
    assert (again.status_code, code(again)) == (409, Switches().duplicate_group_code)
    for bad in ("", "a/b", "a#b", " a", "é"):
        assert grouped.call("POST", GROUPS, {**BODY, "name": bad}).status_code == 400


def test_an_appgroup_that_is_not_there_is_not_found(x: Client) -> None:
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/apps")):
        answer = x.call(method, f"{GROUPS}/none{path}", {} if method == "PUT" else None)
        assert answer.status_code == 404
        assert code(answer) == "keymanagement.service.appgroup_doesnot_exist"


def test_an_update_replaces_everything_but_name_and_status(grouped: Client) -> None:
    before = grouped.json(TEAM)
    answer = grouped.call("PUT", TEAM, {"displayName": "Us", "status": "inactive"})
    assert answer.status_code == 200
    after = answer.json()
    assert after == grouped.json(TEAM)
    assert {"channelId", "channelUri", "email", "attributes"}.isdisjoint(after)
    assert (after["displayName"], after["status"]) == ("Us", "active")
    assert after["appGroupId"] == before["appGroupId"]
    assert grouped.call("PUT", TEAM, {"name": "other"}).status_code == 400
    assert grouped.call("PUT", TEAM, {"colour": "red"}).status_code == 400


@pytest.mark.parametrize("status", [204, 200])
def test_the_status_is_set_with_put(start: Start, status: int) -> None:
    x = start(flavor="x", switches=Switches(group_action_status=204 if status == 204 else 200))
    x.call("POST", GROUPS, BODY)
    for action in ("inactive", "active"):
        answer = x.call("PUT", f"{TEAM}?action={action}")
        assert answer.status_code == status
        assert x.json(TEAM)["status"] == action
        if status == 200:
            assert answer.json() == x.json(TEAM)
    assert x.call("PUT", f"{TEAM}?action=approve").status_code == 400


def test_the_status_is_set_with_post_by_a_switch_only(start: Start) -> None:
    plain = start(flavor="x")
    plain.call("POST", GROUPS, BODY)
    refused = plain.call("POST", f"{TEAM}?action=inactive")
    assert (refused.status_code, "html" in refused.headers["Content-Type"]) == (404, True)
    assert plain.json(TEAM)["status"] == "active"


def test_a_deleted_appgroup_takes_its_apps_and_keys_along(grouped: Client) -> None:
    app = grouped.call("POST", f"{TEAM}/apps", {"name": "a"}).json()
    group = grouped.json(TEAM)
    answer = grouped.call("DELETE", TEAM)
    assert (answer.status_code, answer.json()) == (200, group)
    assert grouped.get(TEAM).status_code == 404
    assert grouped.get(f"/apps/{app['appId']}").status_code == 404


def test_appgroups_are_listed_whole_by_name(grouped: Client) -> None:
    listed = grouped.json(GROUPS)
    assert names(listed) == ["alpha", "team", "zeta"]
    assert listed["totalSize"] == 3
    assert grouped.json(TEAM) in listed["appGroups"]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("status=active", ["alpha", "team"]),
        ("status=inactive", ["zeta"]),
        ("channelId=team", ["team"]),
        ("channelUri=https://portal.example.com", ["alpha", "team", "zeta"]),
        ('channelId="none"', []),
    ],
)
def test_appgroups_are_filtered_by_one_field(
    grouped: Client, expression: str, found: list[str]
) -> None:
    assert names(grouped.json(GROUPS, filter=expression)) == found


@pytest.mark.parametrize("expression", ["team", "name=team"])
def test_a_filter_that_is_none_is_refused(grouped: Client, expression: str) -> None:
    assert grouped.get(GROUPS, filter=expression).status_code == 400


def test_no_appgroups_are_an_empty_object(x: Client) -> None:
    assert x.json(GROUPS) == {}


@pytest.mark.parametrize("inclusive", [False, True])
def test_pages_of_appgroups_walk_through_all(start: Start, *, inclusive: bool) -> None:
    x = start(flavor="x", switches=Switches(page_token_inclusive=inclusive))
    for number in range(5):
        x.call("POST", GROUPS, {"name": f"g{number}"})
    first = x.json(GROUPS, pageSize=2)
    second = x.json(GROUPS, pageSize=2, pageToken=first["nextPageToken"])
    assert names(first) == ["g0", "g1"]
    assert names(second) == (["g1", "g2"] if inclusive else ["g2", "g3"])
    assert "nextPageToken" not in x.json(GROUPS, pageSize=5)


def test_members_are_an_attribute_like_every_other(grouped: Client) -> None:
    people = json.dumps([{"developer": "dana@example.com", "roles": ["admin"]}])
    body = {**BODY, "attributes": [{"name": MEMBERS, "value": people}]}
    grouped.call("PUT", TEAM, body)
    assert grouped.json(TEAM)["attributes"] == body["attributes"]
    more = [{"name": f"a{number}", "value": "v"} for number in range(18)]
    full = {**body, "attributes": [*more, {"name": MEMBERS, "value": people}]}
    assert grouped.call("PUT", TEAM, full).status_code == 400
    long = {**body, "attributes": [{"name": MEMBERS, "value": "x" * 2049}]}
    assert grouped.call("PUT", TEAM, long).status_code == 400


def test_edge_has_no_appgroups(edge: Client) -> None:
    assert edge.get(GROUPS).status_code == 404
