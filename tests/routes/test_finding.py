"""Finding a developer or an app by an ID or a pasted key, which is nowhere afterwards."""

from dataclasses import replace
from uuid import uuid4

import pytest

from app.domain.apps import OrganizationApp
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House

DANA = "dana@example.com"
EDGE = {
    "organization": "demo",
    "endpoint": "http://localhost:1/v1",
    "flavor": "edge",
    "auth": "basic",
    "username": "portal",
    "password": "a-password",
}


@pytest.fixture
def ada(house: House) -> Browser:
    house.developer("dana")
    house.apigee.add_app(DANA, "trip", house.apigee.new_key("weather-free"))
    browser = house.administrator()
    house.apigee.calls.clear()
    return browser


def find(browser: Browser, clue: str, text: str) -> Answer:
    return browser.post("/admin/find", {"clue": clue, "text": text})


def page_of(house: House, rest: str = "") -> str:
    return f"/admin/developers/{house.public_id()}{rest}"


def test_a_developer_is_found_by_the_id_of_apigee(house: House, ada: Browser) -> None:
    developer = house.apigee.by_email[DANA].developer_id
    assert find(ada, "developer_id", f" {developer} ").location == page_of(house)
    assert house.apigee.calls == ["developers.get"]


def test_an_app_is_found_by_its_id(house: House, ada: Browser) -> None:
    app_id = house.apigee.by_app[DANA, "trip"].app_id
    assert find(ada, "app_id", app_id).location == page_of(house, "/apps/trip")


def test_a_developer_who_is_newer_than_the_index_is_found(house: House, ada: Browser) -> None:
    made = house.apigee.add_developer("zoe@example.com", "Zoe", "Lind")
    found = find(ada, "developer_id", made.developer_id)
    assert found.location == f"/admin/developers/{house.public_id('zoe@example.com')}"
    assert "Zoe Lind" in ada.follow(found).text


@pytest.mark.parametrize("clue", ["developer_id", "app_id"])
def test_what_leads_nowhere_says_so(ada: Browser, clue: str) -> None:
    nobodys = str(uuid4())
    missed = find(ada, clue, nobodys)
    assert missed.status == 422
    assert "on Apigee has this ID" in missed.text
    assert nobodys not in missed.body


@pytest.mark.parametrize("clue", ["developer_id", "app_id"])
def test_a_key_that_is_pasted_as_an_id_is_not_sent_to_apigee(
    house: House, ada: Browser, clue: str
) -> None:
    key = house.apigee.by_app[DANA, "trip"].keys[0]
    pasted = house.apigee.by_key_id[key.key_id].consumer_key.reveal()
    missed = find(ada, clue, pasted)
    assert (missed.status, house.apigee.calls) == (422, [])
    assert "For a key, choose API key." in missed.text
    assert pasted not in missed.body


def test_nothing_typed_and_no_kind_are_said_at_their_fields(ada: Browser) -> None:
    assert "Paste what you have." in find(ada, "app_id", " ").text
    assert "Say what it is." in find(ada, "nonsense", "x").text


def test_edge_says_that_it_cannot_look_for_a_key(build: Build) -> None:
    edge = build(apigee=EDGE)
    ada = edge.administrator()
    assert "Apigee Edge cannot look for keys" in ada.get("/admin/find").text
    refused = find(ada, "key", "a-pasted-consumer-key")
    assert refused.status == 422
    assert "Apigee Edge cannot look for a key" in refused.text
    assert edge.apigee.calls == []


def test_a_pasted_key_leads_to_its_row_and_is_on_no_record(house: House, ada: Browser) -> None:
    key = house.apigee.by_app[DANA, "trip"].keys[0]
    pasted = house.apigee.by_key_id[key.key_id].consumer_key.reveal()
    found = find(ada, "key", pasted)
    assert found.location == page_of(house, f"/apps/trip#label-{key.key_id}")
    assert house.apigee.calls == ["organization_apps.all", "developers.get"]
    assert pasted not in found.location
    assert pasted not in str(house.trail())
    assert f'id="label-{key.key_id}"' in ada.follow(found).body
    [row] = [row for row in house.trail() if row.action.value == "app.find"]
    assert (row.phase.value, row.target, row.on_behalf_of, row.detail) == (
        *("done", "trip", DANA),
        "by key",
    )


def test_a_key_of_nobody_is_not_shown_again_and_the_look_is_on_record(
    house: House, ada: Browser
) -> None:
    missed = find(ada, "key", "a-pasted-consumer-key-of-nobody")
    assert missed.status == 422
    assert "No app on Apigee has this key" in missed.text
    assert "a-pasted" not in missed.body
    assert "a-pasted" not in str(house.trail())
    assert "app.find failed" in house.told()


def test_an_app_of_a_group_names_the_group(
    house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = house.apigee.by_app[DANA, "trip"]
    of_group = OrganizationApp(replace(app, developer_id=""), "partners")
    monkeypatch.setattr(type(house.apigee.organization_apps), "get", lambda _self, _id: of_group)
    assert "belongs to partners" in find(ada, "app_id", app.app_id).text


def test_support_may_look_and_a_developer_may_not(house: House, ada: Browser) -> None:
    assert "Find by ID or key" in ada.get("/admin/find").text
    developer = house.apigee.by_email[DANA].developer_id
    support = house.signed_in("sue", roles=frozenset({"support"}))
    assert find(support, "developer_id", developer).location == page_of(house)
    assert find(house.signed_in("dana"), "developer_id", developer).status == 403


def test_who_may_not_see_developers_is_led_to_the_apps(build: Build) -> None:
    house = build(roles={"looker": {"permissions": ["read_apps"]}})
    developer = house.developer("dana").developer_id
    looker = house.signed_in("lou", roles=frozenset({"looker"}))
    found = find(looker, "developer_id", developer)
    assert found.location == page_of(house, "/apps")
    assert looker.follow(found).page.heading == "Apps of Dana Reyes"


def test_looking_is_limited(build: Build) -> None:
    house = build(limits={"reveal": "2 per minute"})
    house.developer("dana")
    ada = house.administrator()
    developer = house.apigee.by_email[DANA].developer_id
    statuses = [find(ada, "developer_id", developer).status for _ in range(3)]
    assert statuses == [303, 303, 429]
