"""Doubts about developers, apps, keys, products and lists, in both positions of their switch."""

import pytest

from emulator import Switches
from tests.conformance.plugin import INSPECTOR
from tests.emulator.conftest import NEW_DEVELOPER, SEED, Client, Start, code

DANA = "/developers/dana@example.com"
TRIPS = f"{DANA}/apps/trips"


@pytest.mark.parametrize("pending", [False, True])
def test_a_key_waits_itself_or_only_its_product_does(start: Start, *, pending: bool) -> None:
    x = start(flavor="x", switches=Switches(pending_keys=pending))
    apps = f"{DANA}/apps"
    [key] = x.call("POST", apps, {"name": "a", "apiProducts": ["payments"]}).json()["credentials"]
    assert key["status"] == ("pending" if pending else "approved")
    [other] = x.call("POST", apps, {"name": "b", "apiProducts": ["weather-free"]}).json()[
        "credentials"
    ]
    assert other["status"] == "approved"
    x.call("POST", f"{apps}/a/keys/{key['consumerKey']}?action=approve")
    assert x.json(f"{apps}/a/keys/{key['consumerKey']}")["status"] == "approved"


@pytest.mark.parametrize("required", [False, True])
def test_x_names_a_product_after_its_display_name_or_wants_a_name(
    start: Start, *, required: bool
) -> None:
    x = start(flavor="x", switches=Switches(product_name_required=required))
    answer = x.call("POST", "/apiproducts", {"displayName": "My Product"})
    assert answer.status_code == (400 if required else 201)
    assert required or answer.json()["name"] == "My-Product"
    assert x.call("POST", "/apiproducts", {}).status_code == 400


@pytest.mark.parametrize("usual", ["", "approved"])
def test_x_lists_all_apps_or_approved_ones(start: Start, usual: str) -> None:
    switches = Switches(apps_default_status="approved" if usual else "")
    x = start(flavor="x", switches=switches)
    x.call("POST", f"{TRIPS}?action=revoke")
    assert len(x.json("/apps").get("app", [])) == (0 if usual else 1)
    assert len(x.json("/apps", status="revoked")["app"]) == 1


@pytest.mark.parametrize("said", [False, True])
def test_an_app_of_x_names_its_family_or_not(start: Start, *, said: bool) -> None:
    x = start(flavor="x", switches=Switches(x_app_family=said))
    app = x.call("POST", f"{DANA}/apps", {"name": "a"}).json()
    assert ("appFamily" in app) is said


@pytest.mark.parametrize("sensitive", [False, True])
def test_an_email_is_found_in_other_letters_or_not(
    client: Client, start: Start, *, sensitive: bool
) -> None:
    switches = Switches(x_email_case_sensitive=sensitive, edge_email_case_sensitive=sensitive)
    switched = start(flavor=client.flavor, switches=switches)
    answer = switched.get("/developers/DANA@example.com")
    assert answer.status_code == (404 if sensitive else 200)


@pytest.mark.parametrize("needs", [False, True])
def test_a_replacement_needs_all_names_or_the_email_only(
    client: Client, start: Start, *, needs: bool
) -> None:
    switched = start(flavor=client.flavor, switches=Switches(update_needs_names=needs))
    body = {"email": "dana@example.com", "firstName": "D"}
    assert switched.call("PUT", DANA, body).status_code == (400 if needs else 200)
    new = {**NEW_DEVELOPER, "lastName": ""}
    assert switched.call("POST", "/developers", new).status_code == 400
    # Only a real developer has all its names; the check of every answer says so.
    assert needs or client.flavor == "edge" or INSPECTOR.take()


@pytest.mark.parametrize("size", ["0", "-1", "many"])
def test_a_count_that_is_none_is_refused_or_passed_over(start: Start, size: str) -> None:
    for path, name in (("/developers", "count"), ("/apps", "rows"), ("/apps", "pageSize")):
        assert start(flavor="x").get(path, **{name: size}).status_code == 400
        lenient = start(flavor="x", switches=Switches(bad_count="ignore"))
        assert lenient.get(path, **{name: size}).status_code == 200


@pytest.mark.parametrize("status", [400, 404])
def test_an_unknown_action_is_a_bad_request_or_not_found(
    client: Client, start: Start, status: int
) -> None:
    switches = Switches(unknown_action_status=400 if status == 400 else 404)
    switched = start(flavor=client.flavor, switches=switches)
    for path in (DANA, TRIPS, f"{TRIPS}/keys/dana-key"):
        assert switched.call("POST", f"{path}?action=dance").status_code == status


def test_the_status_of_an_appgroup_can_be_set_with_post_too(start: Start) -> None:
    seed = {**SEED, "groups": [{"name": "team", "apps": [{"name": "maps"}]}]}
    x = start(flavor="x", seed=seed, switches=Switches(group_action_by_post=True))
    assert x.call("POST", "/appgroups/team?action=inactive").status_code == 204
    assert x.json("/appgroups/team")["status"] == "inactive"
    assert x.call("POST", "/appgroups/team/apps/maps?action=revoke").status_code == 204
    assert x.json("/appgroups/team/apps/maps")["status"] == "revoked"
    # The document does not have these calls, and the check of every answer knows it.
    assert (
        INSPECTOR.take()
        == ["x POST -> 204: an answer at an address the document does not have"] * 2
    )


@pytest.mark.parametrize("required", [False, True])
def test_apps_without_products_are_allowed_or_refused(
    client: Client, start: Start, *, required: bool
) -> None:
    switched = start(flavor=client.flavor, switches=Switches(products_required=required))
    answer = switched.call("POST", f"{DANA}/apps", {"name": "bare"})
    assert answer.status_code == (400 if required else 201)
    assert not required or code(answer) == "keymanagement.service.ApiProductsRequired"
    body = {"name": "full", "apiProducts": ["weather-free"]}
    assert switched.call("POST", f"{DANA}/apps", body).status_code == 201


@pytest.mark.parametrize("lists", [False, True])
def test_edge_lists_organisations_or_forbids_it(start: Start, *, lists: bool) -> None:
    edge = start(flavor="edge", switches=Switches(edge_lists_organizations=lists))
    answer = edge.session.get(f"{edge.local.url}/organizations", timeout=20)
    assert answer.status_code == (200 if lists else 403)


def test_odd_questions_about_an_app_are_answered_with_the_app(client: Client) -> None:
    assert client.json(TRIPS, entity="apiresources", query="count") == client.json(TRIPS)
