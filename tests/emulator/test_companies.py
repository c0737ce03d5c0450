"""Companies of Edge: the companies, their members, apps and keys."""

import pytest

from emulator import Switches
from tests.emulator.conftest import Client, Start, code

COMPANIES = "/companies"
ACME = f"{COMPANIES}/acme"
MEMBERS = f"{ACME}/developers"
MAPS = f"{ACME}/apps/maps"
DANA, RAVI = "dana@example.com", "ravi@example.com"
BODY = {"name": "acme", "displayName": "Acme Ltd"}


def begin(start: Start, switches: Switches | None = None) -> Client:
    """Edge with the company `acme`, its member Dana and its app `maps`."""
    edge = start(flavor="edge", switches=switches or Switches())
    assert edge.call("POST", COMPANIES, BODY).status_code == 201
    edge.call("POST", MEMBERS, {"developer": [{"email": DANA, "role": "admin"}]})
    app = {"name": "maps", "apiProducts": ["weather-free", "payments"]}
    assert edge.call("POST", f"{ACME}/apps", app).status_code == 201
    return edge


@pytest.fixture
def acme(start: Start) -> Client:
    return begin(start)


def test_a_company_is_read_whole(acme: Client) -> None:
    company = acme.json(ACME)
    assert company == {
        "apps": ["maps"],
        "attributes": [],
        "displayName": "Acme Ltd",
        "name": "acme",
        "organization": "demo",
        "status": "active",
        "createdAt": company["createdAt"],
        "createdBy": "ops@example.com",
        "lastModifiedAt": company["lastModifiedAt"],
        "lastModifiedBy": "ops@example.com",
    }
    acme.milliseconds(company["createdAt"])
    again = acme.call("POST", COMPANIES, BODY)
    assert (again.status_code, code(again)) == (409, Switches().duplicate_group_code)
    assert acme.call("POST", COMPANIES, {"name": "a%b"}).status_code == 400
    missing = acme.get(f"{COMPANIES}/none")
    assert (missing.status_code, code(missing)) == (404, "developer.service.CompanyDoesNotExist")


def test_companies_are_listed_by_name_in_pages(acme: Client) -> None:
    for name in ("beta", "zeta"):
        acme.call("POST", COMPANIES, {"name": name})
    assert acme.json(COMPANIES) == ["acme", "beta", "zeta"]
    assert acme.json(COMPANIES, count=2, startKey="beta") == ["beta", "zeta"]
    whole = acme.json(COMPANIES, expand="true")
    assert whole["company"][0] == acme.json(ACME)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_update_replaces_a_company_and_keeps_its_members(acme: Client, method: str) -> None:
    acme.call("POST", f"{ACME}/attributes/city", {"value": "Bern"})
    answer = acme.call(method, ACME, {"name": "acme", "status": "inactive"})
    assert answer.status_code == 200
    assert answer.json()["attributes"] == []
    assert (answer.json()["displayName"], answer.json()["status"]) == ("", "active")
    assert acme.json(MEMBERS)["developer"] == [{"email": DANA, "role": "admin"}]


def test_the_status_of_a_company_is_set_with_post(acme: Client) -> None:
    for action in ("inactive", "active"):
        assert acme.call("POST", f"{ACME}?action={action}").status_code == 204
        assert acme.json(ACME)["status"] == action
    assert acme.call("POST", f"{ACME}?action=approve").status_code == 400


def test_the_attributes_of_a_company_are_a_resource(acme: Client) -> None:
    pair = {"name": "city", "value": "Bern"}
    assert acme.call("POST", f"{ACME}/attributes", {"attribute": [pair]}).json() == {
        "attribute": [pair]
    }
    assert acme.json(f"{ACME}/attributes/city") == pair
    assert acme.call("DELETE", f"{ACME}/attributes/city").json() == pair
    assert acme.json(ACME)["attributes"] == []


def test_members_are_added_changed_and_removed(acme: Client) -> None:
    body = {"developer": [{"email": RAVI, "role": "tester"}, {"email": DANA, "role": "boss"}]}
    answer = acme.call("POST", MEMBERS, body)
    assert answer.status_code == 200
    everybody = [{"email": DANA, "role": "boss"}, {"email": RAVI, "role": "tester"}]
    assert answer.json() == acme.json(MEMBERS) == {"developer": everybody}
    assert acme.json(f"/developers/{RAVI}")["companies"] == ["acme"]
    removed = acme.call("DELETE", f"{MEMBERS}/{RAVI}")
    assert (removed.status_code, removed.json()) == (200, {"email": RAVI, "role": "tester"})
    assert acme.json(f"/developers/{RAVI}")["companies"] == []
    assert acme.call("DELETE", f"{MEMBERS}/{RAVI}").status_code == 404


def test_only_developers_become_members(acme: Client) -> None:
    unknown = acme.call("POST", MEMBERS, {"developer": [{"email": "none@example.com"}]})
    assert (unknown.status_code, code(unknown)) == (
        404,
        "developer.service.DeveloperIdDoesNotExist",
    )
    for bad in ({}, {"developer": "x"}, {"developer": ["x"]}):
        assert acme.call("POST", MEMBERS, bad).status_code == 400
    assert acme.json(MEMBERS)["developer"] == [{"email": DANA, "role": "admin"}]


def test_what_members_calls_answer_can_be_switched(start: Start) -> None:
    switches = Switches(company_members_status=201, removed_member_has_role=False)
    edge = begin(start, switches)
    body = {"developer": [{"email": RAVI, "role": "tester"}]}
    assert edge.call("POST", MEMBERS, body).status_code == 201
    assert edge.call("DELETE", f"{MEMBERS}/{RAVI}").json() == {"email": RAVI}


def test_a_renamed_developer_stays_a_member_and_a_deleted_one_does_not(acme: Client) -> None:
    person = {"firstName": "D", "lastName": "R", "userName": "dana"}
    acme.call("PUT", f"/developers/{DANA}", {**person, "email": "d@example.com"})
    assert acme.json(MEMBERS)["developer"] == [{"email": "d@example.com", "role": "admin"}]
    acme.call("DELETE", "/developers/d@example.com")
    assert acme.json(MEMBERS) == {"developer": []}


def test_the_apps_of_a_company_are_its_own(acme: Client) -> None:
    app = acme.json(MAPS)
    assert app["companyName"] == "acme"
    assert "developerId" not in app
    assert acme.json(f"{ACME}/apps") == ["maps"]
    assert acme.json(f"{ACME}/apps", expand="true") == {"app": [app]}
    assert acme.json(f"/developers/{DANA}/apps") == ["trips"]
    changed = acme.call("PUT", MAPS, {"name": "maps", "callbackUrl": "https://a.b"}).json()
    assert changed["callbackUrl"] == "https://a.b"
    acme.call("POST", f"{MAPS}?action=revoke")
    assert acme.json(MAPS)["status"] == "revoked"
    acme.call("POST", f"{MAPS}/attributes/a", {"value": "b"})
    assert acme.json(MAPS)["attributes"] == [{"name": "a", "value": "b"}]
    assert acme.call("DELETE", MAPS).status_code == 200
    missing = acme.get(MAPS)
    assert (missing.status_code, code(missing)) == (404, "developer.service.AppDoesNotExist")
    assert "under acme" in missing.text


def test_the_keys_of_a_companys_app_are_keys_like_others(acme: Client) -> None:
    made = acme.call("POST", f"{MAPS}/keys/create", {"consumerKey": "k", "consumerSecret": "s"})
    assert made.status_code == 201
    key = f"{MAPS}/keys/k"
    acme.call("POST", key, {"apiProducts": ["payments"]})
    assert acme.call("POST", f"{key}/apiproducts/payments?action=approve").status_code == 204
    assert acme.json(key)["apiProducts"] == [{"apiproduct": "payments", "status": "approved"}]
    acme.call("POST", f"{key}/attributes/note", {"value": "mine"})
    assert acme.json(f"{key}/attributes")["attribute"] == [{"name": "note", "value": "mine"}]
    assert acme.call("PUT", key, {"scopes": []}).status_code == 200
    assert acme.call("POST", f"{key}?action=revoke").status_code == 204
    assert acme.json(key)["status"] == "revoked"
    assert acme.call("DELETE", key).status_code == 200


def test_a_deleted_company_takes_its_apps_along_and_leaves_its_members(acme: Client) -> None:
    assert acme.call("DELETE", ACME).json()["apps"] == ["maps"]
    assert acme.json("/apps", apptype="company") == []
    assert acme.json(f"/developers/{DANA}")["companies"] == []


def test_x_has_no_companies(x: Client) -> None:
    assert x.get(COMPANIES).status_code == 404
