"""The key doctor's pages: from a key, a form or a pasted answer; nothing of others' keys."""

import json
from dataclasses import replace

import pytest

from app.domain.developers import DeveloperStatus
from app.domain.errors import Upstream, UpstreamKind
from app.domain.keys import ApprovalStatus
from app.domain.products import ApiProduct
from tests.routes.client import Browser
from tests.routes.house import House


def fault(code: str) -> str:
    return json.dumps({"fault": {"faultstring": "…", "detail": {"errorcode": code}}})


DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
UNCOVERED = fault("oauth.v2.InvalidApiKeyForGivenResource")


def go_down(house: House) -> None:
    for _ in range(20):
        house.apigee.fail("*", DOWN)


@pytest.fixture
def path(house: House, dana: Browser) -> str:
    """The page of the one key of Dana's app ``trip``."""
    del dana
    house.apigee.put_product(
        ApiProduct(
            "weather-free",
            "Weather (free)",
            environments=("prod",),
            proxies=("weather-v1",),
            paths=("/*",),
        )
    )
    key = house.apigee.new_key("weather-free")
    house.apigee.add_app("dana@example.com", "trip", key)
    house.apigee.calls.clear()
    return f"/apps/trip/keys/{key.key_id}/diagnosis"


def key_of(house: House, path: str) -> str:
    return house.apigee.by_key_id[path.split("/")[4]].consumer_key.reveal()


def test_a_key_that_works_has_no_broken_link(dana: Browser, path: str) -> None:
    answer = dana.get(path)
    assert answer.status == 200
    assert answer.page.text_of("finding") == "Nothing that the portal can see stops the call"
    assert len(answer.page.all("ol", class_="chain")[0].findall("li")) == 11


def test_every_key_of_an_app_leads_to_its_page(dana: Browser, path: str) -> None:
    assert path in dana.get("/apps/trip").page.links


def test_a_diagnosis_costs_two_calls_when_the_products_are_known(dana: Browser, path: str) -> None:
    assert dana.get(path).calls == 3
    assert dana.get(path).calls == 2
    assert dana.post(path, {"fault": UNCOVERED}).calls == 2


def test_a_developer_who_was_deactivated_a_moment_ago_is_found_inactive(
    house: House, dana: Browser, path: str
) -> None:
    assert dana.get(path).page.text_of("finding").startswith("Nothing")
    person = house.apigee.by_email["dana@example.com"]
    house.apigee.put_developer(replace(person, status=DeveloperStatus.INACTIVE))
    assert dana.get(path).page.text_of("finding") == "The call stops at your developer account"
    house.apigee.put_developer(person)
    pasted = {"fault": f"{key_of(house, path)} {UNCOVERED}"}
    assert "account" not in dana.post("/diagnosis", pasted).page.text_of("finding")


def test_while_apigee_is_down_the_chain_is_shown_as_it_was_known(
    house: House, dana: Browser, path: str
) -> None:
    app = house.apigee.by_app["dana@example.com", "trip"]
    house.apigee.put_app("dana@example.com", replace(app, status=ApprovalStatus.REVOKED))
    dana.get("/apps")
    dana.get("/products")
    house.clock.advance(300)
    go_down(house)
    pasted = {"fault": f"{key_of(house, path)} {fault('steps.script.Odd')}"}
    for answer in (dana.get(path), dana.post(path, pasted), dana.post("/diagnosis", pasted)):
        assert answer.status == 200
        assert answer.page.text_of("finding") == "The call stops at the app"
        assert "what was known at 1 Mar 2026, 12:00 UTC, 5 minutes ago" in answer.text


def test_while_apigee_is_down_a_pasted_answer_is_explained_all_the_same(
    house: House, dana: Browser, path: str
) -> None:
    go_down(house)
    code = fault("oauth.v2.InvalidApiKey")
    answer = dana.post("/diagnosis", {"fault": "401"})
    assert (answer.status, answer.calls) == (200, 0)
    assert "none of your keys" in answer.text
    for target in ("/diagnosis", path):
        answer = dana.post(target, {"fault": f"{key_of(house, path)} {code}"})
        assert answer.status == 200
        assert answer.page.text_of("finding") == "Apigee does not know the key that was sent."
        assert "cannot tell whether the text holds one of your keys" in answer.text
    assert dana.get(path).status == 503


def test_what_a_key_stops_at_cannot_be_mended_while_apigee_is_down(
    house: House, dana: Browser, path: str
) -> None:
    app = house.apigee.by_app["dana@example.com", "trip"]
    expired = replace(app.keys[0], expires_at=house.clock.now())
    house.apigee.put_app("dana@example.com", replace(app, keys=(expired,)))
    dana.get("/apps")
    assert "/apps/trip/keys/new" in dana.get(path).page.links
    go_down(house)
    answer = dana.get(path)
    assert answer.page.text_of("finding") == "The call stops at the expiry of the key"
    assert "/apps/trip/keys/new" not in answer.page.links


def test_an_environment_that_nobody_has_is_not_diagnosed(dana: Browser, path: str) -> None:
    answer = dana.get(f"{path}?api=weather&environment=nowhere")
    assert answer.status == 422
    assert answer.page.text_of("environment-error").startswith("The portal knows no such")
    assert "nowhere" not in answer.page.text_of("finding")
    sent = {"fault": UNCOVERED, "environment": "nowhere"}
    assert dana.post(path, sent).status == 422


@pytest.mark.parametrize(
    ("query", "do", "have"),
    [
        ("environment=test", "Call the API in prod.", "this environment"),
        ("path=/a/b&environment=prod", "Check the path: Weather (free) covers /*.", "this path"),
    ],
)
def test_what_the_person_can_do_is_told_apart_from_what_the_products_owner_can(
    dana: Browser, path: str, query: str, do: str, have: str
) -> None:
    said = dana.get(f"{path}?api=weather&{query}").page.text
    owner = f"To have {have} added, ask the owner of Weather (free)."
    assert f"{do} You can do this yourself. {owner}" in said


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("environment=test", "The call stops at the environment"),
        ("path=/a/b&environment=prod", "The call stops at the path"),
        ("path=/today&environment=prod&method=GET", "Nothing that the portal can see"),
        ("api=", "Nothing that the portal can see"),
        ("api=nosuch&method=EVIL", "Nothing that the portal can see"),
    ],
)
def test_the_call_of_the_form_is_checked(dana: Browser, path: str, query: str, text: str) -> None:
    api = "" if query.startswith("api=") else "api=weather&"
    assert dana.get(f"{path}?{api}{query}").page.text_of("finding").startswith(text)


def test_the_form_keeps_what_was_chosen_but_no_query(dana: Browser, path: str) -> None:
    asked = "api=weather&path=/today%3Fapikey%3Dabc&environment=prod&method=GET"
    values = dana.get(f"{path}?{asked}").page.form(path, "get").values
    assert values == {
        "api": ["weather"],
        "environment": ["prod"],
        "method": ["GET"],
        "path": ["/today"],
    }


def test_the_broken_link_is_read_first_and_marked_in_the_chain(
    house: House, dana: Browser, path: str
) -> None:
    app = house.apigee.by_app["dana@example.com", "trip"]
    house.apigee.put_app("dana@example.com", replace(app, status=ApprovalStatus.REVOKED))
    page = dana.get(path).page
    assert page.text_of("finding") == "The call stops at the app"
    current = page.all("li", aria_current="step")
    assert len(current) == 1
    headings = [item.get("id") for item in page.root.iter("h2")]
    assert headings.index("finding") < headings.index("chain")
    assert "help@example.com" in page.text


def test_a_pasted_fault_is_explained_and_not_shown_again(
    house: House, dana: Browser, path: str
) -> None:
    pasted = f"x-apikey: {key_of(house, path)} {fault('policies.ratelimit.QuotaViolation')}"
    answer = dana.submit(path, {"fault": pasted})
    assert answer.status == 200
    assert answer.page.text_of("finding") == "The call stops at the quota or rate"
    assert "policies.ratelimit.QuotaViolation" in answer.text
    assert answer.page.text_of("fault") == ""


def test_a_pasted_fault_is_about_the_call_that_was_chosen(dana: Browser, path: str) -> None:
    chosen = f"{path}?api=weather&path=/today&environment=test&method=GET"
    answer = dana.submit(chosen, {"fault": UNCOVERED}, action=path)
    assert answer.page.text_of("finding") == "The call stops at the environment"


def test_what_has_changed_since_means_to_wait(dana: Browser, path: str) -> None:
    code = "keymanagement.service.DeveloperStatusNotActive"
    answer = dana.post(path, {"fault": fault(code)})
    assert answer.page.text_of("finding").startswith("In order now")
    assert "about 3 minutes" in answer.text


def test_an_unknown_fault_is_said_to_be_unknown(dana: Browser, path: str) -> None:
    answer = dana.post(path, {"fault": fault("steps.script.Odd")})
    assert "does not know what this fault means" in answer.page.text_of("finding")
    assert "steps.script.Odd" in answer.text


@pytest.mark.parametrize("pasted", ["", "x" * 8001])
def test_nothing_and_too_much_go_back_to_the_form(dana: Browser, path: str, pasted: str) -> None:
    for page in (path, "/diagnosis"):
        answer = dana.submit(page, {"fault": pasted})
        assert answer.status == 422
        assert answer.page.text_of("fault-error")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_somebody_elses_key_answers_like_a_missing_one(
    house: House, dana: Browser, path: str, method: str
) -> None:
    house.developer("bob")
    theirs = house.apigee.new_key("weather-free")
    house.apigee.add_app("bob@example.com", "secret-plan", theirs)
    said = []
    for target in (
        f"/apps/secret-plan/keys/{theirs.key_id}/diagnosis",
        f"/apps/trip/keys/{theirs.key_id}/diagnosis",
        f"/apps/trip/keys/{'0' * 16}/diagnosis",
    ):
        sent = {"csrf_token": dana.token, "fault": UNCOVERED} if method == "POST" else None
        answer = dana.open(target, method, data=sent)
        said.append((answer.status, answer.page.title))
    assert set(said) == {(404, said[0][1])}
    assert path


def test_an_answer_is_explained_without_choosing_an_app(dana: Browser) -> None:
    answer = dana.submit("/diagnosis", {"fault": fault("oauth.v2.InvalidApiKey")})
    assert answer.page.text_of("finding") == "Apigee does not know the key that was sent."
    assert "none of your keys" in answer.text


def test_an_own_key_in_a_pasted_answer_is_looked_at(house: House, dana: Browser, path: str) -> None:
    person = house.apigee.by_email["dana@example.com"]
    house.apigee.put_developer(replace(person, status=DeveloperStatus.INACTIVE))
    pasted = f"curl -H 'x-apikey: {key_of(house, path)}' … {UNCOVERED}"
    answer = dana.submit("/diagnosis", {"fault": pasted})
    assert answer.page.text_of("finding") == "The call stops at your developer account"
    assert path in answer.page.links


def test_nothing_tells_a_strangers_key_from_an_invented_one(house: House, dana: Browser) -> None:
    house.developer("bob")
    theirs = house.apigee.new_key("weather-free")
    house.apigee.add_app("bob@example.com", "secret-plan", theirs)
    held = house.apigee.by_key_id[theirs.key_id].consumer_key.reveal()
    said = []
    for key in (held, "0123456789abcdef" * 2):
        answer = dana.post("/diagnosis", {"fault": f"{key} {UNCOVERED}"})
        text = answer.body.replace(answer.header("X-Request-Id"), "")
        for token in answer.page.form("/diagnosis").values["csrf_token"]:  # it holds the second
            text = text.replace(token, "")
        said.append((answer.status, answer.calls, text))
    assert said[0] == said[1]


def test_reading_a_fault_leaves_no_trace_of_it(house: House, dana: Browser, path: str) -> None:
    before = house.told()
    dana.post(path, {"fault": f"{key_of(house, path)} {UNCOVERED}"})
    dana.post("/diagnosis", {"fault": f"{key_of(house, path)} {UNCOVERED}"})
    assert house.told() == before


def test_the_list_of_apps_leads_to_the_question(dana: Browser, path: str) -> None:
    assert path
    assert "/diagnosis" in dana.get("/apps").page.links
