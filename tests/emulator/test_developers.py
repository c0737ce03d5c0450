"""Developers of the local Apigee, in both flavours."""

import pytest

from emulator import Switches
from tests.emulator.conftest import NEW_DEVELOPER, Client, Start, code, segment


def test_a_created_developer_can_be_read_by_email_and_by_id(client: Client) -> None:
    created = client.call("POST", "/developers", NEW_DEVELOPER)
    assert created.status_code == 201
    developer = created.json()
    assert developer["status"] == "active"
    assert developer["organizationName"] == "demo"
    assert client.milliseconds(developer["createdAt"]) > 1_700_000_000_000
    assert client.json("/developers/new@example.com") == developer
    assert client.json(f"/developers/{developer['developerId']}") == developer


def test_what_is_empty_is_left_out_on_x_and_written_on_edge(client: Client) -> None:
    developer = client.call("POST", "/developers", NEW_DEVELOPER).json()
    if client.flavor == "x":
        assert not {"apps", "companies", "attributes", "createdBy"} & set(developer)
    else:
        assert (developer["apps"], developer["companies"], developer["attributes"]) == ([], [], [])
        assert developer["createdBy"] == developer["lastModifiedBy"] == "ops@example.com"


def test_a_status_sent_at_creation_is_passed_over(client: Client) -> None:
    body = {**NEW_DEVELOPER, "status": "inactive"}
    assert client.call("POST", "/developers", body).json()["status"] == "active"


def test_a_second_developer_of_the_same_email_is_a_conflict(client: Client) -> None:
    client.call("POST", "/developers", NEW_DEVELOPER)
    again = client.call("POST", "/developers", NEW_DEVELOPER)
    assert again.status_code == 409
    assert code(again) == "developer.service.DeveloperAlreadyExists"


@pytest.mark.parametrize("missing", ["email", "firstName", "lastName", "userName"])
def test_all_four_names_are_required(client: Client, missing: str) -> None:
    body = {name: value for name, value in NEW_DEVELOPER.items() if name != missing}
    refused = client.call("POST", "/developers", body)
    assert refused.status_code == 400
    assert code(refused) == "developer.service.CreateFieldsAbsent"


@pytest.mark.parametrize(
    "email", ["nobody", "a b@example.com", "a@b", "a@@example.com", "a..b@example.com", "@b.co"]
)
def test_an_address_that_is_none_is_refused(client: Client, email: str) -> None:
    refused = client.call("POST", "/developers", {**NEW_DEVELOPER, "email": email})
    assert refused.status_code == 400
    assert code(refused) == "developer.service.InvalidEmail"


def test_capitals_in_an_email_are_refused_on_x_and_kept_on_edge(client: Client) -> None:
    answer = client.call("POST", "/developers", {**NEW_DEVELOPER, "email": "New@Example.com"})
    if client.flavor == "x":
        assert code(answer) == "developer.service.InvalidEmail"
    else:
        assert answer.json()["email"] == "New@Example.com"
        assert client.get("/developers/new@example.com").status_code == 404


def test_edge_can_be_told_to_look_emails_up_without_regard_to_case(start: Start) -> None:
    edge = start(flavor="edge", switches=Switches(edge_email_case_sensitive=False))
    assert edge.json("/developers/DANA@example.com")["email"] == "dana@example.com"
    assert edge.get("/developers/nobody@example.com").status_code == 404


@pytest.mark.parametrize("ref", ["dana@example.com", "dana%40example.com", "dana%2540example.com"])
def test_an_email_may_come_raw_encoded_or_encoded_twice(client: Client, ref: str) -> None:
    assert client.json(f"/developers/{ref}")["email"] == "dana@example.com"


def test_an_email_with_a_plus_is_found(client: Client) -> None:
    email = "dana+test@example.com"
    client.call("POST", "/developers", {**NEW_DEVELOPER, "email": email})
    for ref in (email, segment(email), segment(segment(email))):
        assert client.json(f"/developers/{ref}")["email"] == email


def test_an_unknown_developer_is_not_found(client: Client) -> None:
    for method in ("GET", "DELETE"):
        answer = client.call(method, "/developers/nobody@example.com")
        assert answer.status_code == 404
        assert code(answer) == "developer.service.DeveloperIdDoesNotExist"
    body = {**NEW_DEVELOPER, "email": "nobody@example.com"}
    for method, path in (("PUT", ""), ("POST", "?action=active"), ("GET", "/attributes")):
        answer = client.call(method, f"/developers/nobody@example.com{path}", body)
        assert answer.status_code == 404
        assert code(answer) == "developer.service.DeveloperDoesNotExist"


def test_an_update_replaces_the_whole_developer_but_not_the_status(client: Client) -> None:
    body = {**NEW_DEVELOPER, "attributes": [{"name": "team", "value": "blue"}]}
    old = client.call("POST", "/developers", body).json()
    client.call("POST", "/developers/new@example.com?action=inactive")
    changed = client.call(
        "PUT",
        "/developers/new@example.com",
        {**NEW_DEVELOPER, "firstName": "Newer", "status": "active"},
    )
    assert changed.status_code == 200
    new = changed.json()
    assert (new["firstName"], new["status"]) == ("Newer", "inactive")
    assert not new.get("attributes")
    assert new["developerId"] == old["developerId"]
    assert new["createdAt"] == old["createdAt"]


def test_an_update_without_all_names_is_refused(client: Client) -> None:
    body = {"email": "dana@example.com", "firstName": "Dana"}
    refused = client.call("PUT", "/developers/dana@example.com", body)
    assert (refused.status_code, code(refused)) == (400, "developer.service.CreateFieldsAbsent")


def test_an_email_cannot_change_on_x(x: Client, start: Start) -> None:
    refused = x.call("PUT", "/developers/dana@example.com", NEW_DEVELOPER)
    assert (refused.status_code, code(refused)) == (400, "rest.interceptor.name_mismatch")
    other = start(flavor="x", switches=Switches(name_mismatch_status=409))
    assert other.call("PUT", "/developers/dana@example.com", NEW_DEVELOPER).status_code == 409


def test_an_email_can_change_on_edge_and_the_apps_stay(edge: Client) -> None:
    old = edge.json("/developers/dana@example.com")
    new = edge.call("PUT", "/developers/dana@example.com", NEW_DEVELOPER).json()
    assert new["developerId"] == old["developerId"]
    assert new["apps"] == ["trips"]
    assert edge.get("/developers/dana@example.com").status_code == 404
    taken = {**NEW_DEVELOPER, "email": "ravi@example.com"}
    answer = edge.call("PUT", "/developers/new@example.com", taken)
    assert code(answer) == "developer.service.DeveloperAlreadyExists"


def test_a_developer_is_deactivated_and_activated_by_an_action(client: Client) -> None:
    for status in ("inactive", "active"):
        answer = client.call("POST", f"/developers/dana@example.com?action={status}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert client.json("/developers/dana@example.com")["status"] == status


def test_an_action_does_not_mind_what_body_comes_with_it(client: Client) -> None:
    url = f"{client.local.url}/organizations/demo/developers/dana@example.com?action=inactive"
    for headers, body in (
        ({"Content-Type": "application/octet-stream"}, b""),
        ({"Content-Type": "application/json"}, b"{}"),
        ({}, b""),
    ):
        answer = client.session.post(url, data=body, headers=headers, timeout=20)
        assert answer.status_code == 204


@pytest.mark.parametrize("query", ["", "?action=approve", "?action="])
def test_another_action_is_refused(client: Client, query: str) -> None:
    answer = client.call("POST", f"/developers/dana@example.com{query}")
    assert answer.status_code == 400


def test_a_deleted_developer_is_answered_once_more_and_gone_with_all_keys(client: Client) -> None:
    app_id = client.json("/developers/dana@example.com/apps/trips")["appId"]
    assert client.gateway(**{"x-apikey": "dana-key"}).status_code == 200
    deleted = client.call("DELETE", "/developers/dana@example.com")
    assert (deleted.status_code, deleted.json()["apps"]) == (200, ["trips"])
    assert client.get("/developers/dana@example.com").status_code == 404
    assert client.get(f"/apps/{app_id}").status_code == 404
    assert client.gateway(**{"x-apikey": "dana-key"}).status_code == 401


def test_the_list_has_stubs_on_x_and_names_on_edge(client: Client) -> None:
    emails = ["dana@example.com", "ravi@example.com"]
    listed = client.json("/developers")
    if client.flavor == "x":
        assert listed == {"developer": [{"email": email} for email in emails]}
    else:
        assert listed == emails


@pytest.mark.parametrize("word", ["true", "True"])
def test_an_expanded_list_has_whole_developers(client: Client, word: str) -> None:
    listed = client.json("/developers", expand=word, startKey="")
    assert listed["developer"][0] == client.json("/developers/dana@example.com")


def test_pages_start_with_the_start_key_itself(client: Client) -> None:
    for email in ("a@example.com", "b@example.com", "z@example.com"):
        client.call("POST", "/developers", {**NEW_DEVELOPER, "email": email})
    seen: list[str] = []
    start_key = ""
    while True:
        page = client.json("/developers", expand="true", count=2, startKey=start_key)["developer"]
        seen += [each["email"] for each in page if each["email"] not in seen]
        if len(page) < 2 or page[-1]["email"] == start_key:
            break
        start_key = page[-1]["email"]
    assert seen == sorted(seen)
    assert len(seen) == 5


def test_a_start_key_that_names_nobody_is_not_found(client: Client, start: Start) -> None:
    refused = client.get("/developers", startKey="b@example.com", count=10)
    assert refused.status_code == 404
    assert code(refused) == "keymanagement.service.developer_doesnot_exist"
    other = start(flavor=client.flavor, switches=Switches(missing_start_key="next"))
    listed = other.json("/developers", expand="true", startKey="e@example.com")["developer"]
    assert [each["email"] for each in listed] == ["ravi@example.com"]


@pytest.mark.parametrize("count", ["0", "-1", "many", "1.5"])
def test_a_count_that_is_none_is_refused(client: Client, count: str) -> None:
    assert client.get("/developers", count=count).status_code == 400


def test_the_owners_of_an_app_can_be_listed(client: Client) -> None:
    found = client.json("/developers", app="trips", expand="true")["developer"]
    assert [each["email"] for each in found] == ["dana@example.com"]


def test_nobody_owns_an_app_of_an_unknown_name(client: Client) -> None:
    for query in ({}, {"expand": "true"}):
        found = client.json("/developers", app="none", **query)
        assert found == ({} if client.flavor == "x" else {"developer": []})


def test_developers_can_be_listed_by_their_ids(client: Client) -> None:
    ravi = client.json("/developers/ravi@example.com")
    listed = client.json("/developers", ids=f"{ravi['developerId']},unknown", expand="true")
    assert [each["email"] for each in listed["developer"]] == ["ravi@example.com"]


def test_an_empty_list_is_an_empty_object_on_x(start: Start) -> None:
    assert start(flavor="x", seed=None).json("/developers") == {}
    assert start(flavor="edge", seed=None).json("/developers") == []


def test_only_the_first_hundred_app_names_come_with_a_developer(client: Client) -> None:
    for number in range(101):
        client.call("POST", "/developers/ravi@example.com/apps", {"name": f"app-{number:03}"})
    assert len(client.json("/developers/ravi@example.com")["apps"]) == 100
