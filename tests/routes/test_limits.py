"""Rate limits, with the defaults of the settings."""

import pytest

from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

DEFAULTS = {"multiplier": 1}


@pytest.fixture
def strict(build: Build) -> House:
    house = build(limits=DEFAULTS)
    house.developer("dana")
    return house


@pytest.fixture
def dana(strict: House) -> Browser:
    return strict.signed_in("dana")


def create(browser: Browser, number: int) -> int:
    fields = {
        "display_name": f"App {number}",
        "products": "weather-free",
        "request_id": f"request{number}",
    }
    return browser.post("/apps/new", fields, shows_keys=True).status


def test_five_apps_are_made_in_a_minute_and_the_sixth_waits(strict: House, dana: Browser) -> None:
    """Abuse case 37."""
    assert [create(dana, number) for number in range(6)] == [200] * 5 + [429]
    assert len(strict.apigee.by_app) == 5
    fields = {"display_name": "One more", "products": "weather-free", "request_id": "again"}
    answer = dana.post("/apps/new", fields)
    assert answer.page.heading == "Too many requests"
    assert 1 <= int(answer.header("Retry-After")) <= 61
    assert f"Try again in {answer.header('Retry-After')} seconds." in answer.text
    part = dana.post("/apps/new", fields, with_htmx=True)
    assert part.status == 429
    assert part.header("HX-Reswap") == "none"
    assert part.toasts[0].startswith("You did this more often than the portal allows.")
    assert int(part.header("Retry-After")) >= 1


def test_a_form_to_be_corrected_does_not_count(strict: House, dana: Browser) -> None:
    for _ in range(8):
        assert dana.post("/apps/new", {"request_id": "x", "display_name": ""}).status == 422
    assert [create(dana, number) for number in range(5)] == [200] * 5
    assert len(strict.apigee.by_app) == 5


def test_ten_keys_are_shown_in_a_minute_to_each_person(strict: House, dana: Browser) -> None:
    """Abuse case 37."""
    key = strict.apigee.new_key("weather-free")
    strict.apigee.add_app("dana@example.com", "trip", key)
    path = f"/apps/trip/keys/{key.key_id}/reveal"
    answers = [dana.post(path, {"value": "key"}, shows_keys=True).status for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert strict.apigee.calls.count("keys.pair") == 10
    strict.developer("bob")
    bob = strict.signed_in("bob")
    assert bob.post(path, {"value": "key"}).status == 404


def test_guessing_keys_counts_too(dana: Browser) -> None:
    path = "/apps/trip/keys/0123456789abcdef/reveal"
    assert [dana.post(path).status for _ in range(11)] == [404] * 10 + [429]


def test_twenty_sign_ins_begin_in_a_minute_from_one_address(strict: House) -> None:
    """Abuse case 37."""
    browser = strict.browser()
    answers = [
        browser.get("/sign-in", X_Forwarded_For=f"10.0.0.{number}").status for number in range(21)
    ]
    assert answers == [303] * 20 + [429]
    assert strict.browser().get("/sign-in").header("Retry-After") != ""
    assert browser.get("/").status == 200


def test_made_up_callbacks_count(strict: House) -> None:
    browser = strict.browser()
    answers = [browser.get(f"/auth/demo/callback?state={n}").status for n in range(21)]
    assert answers == [400] * 20 + [429]
    assert strict.told() == ["sign_in.refused failed", "limit.reached failed"]


@pytest.mark.parametrize("path", ["/apps", "/products"])
def test_sixty_searches_are_answered_in_a_minute_and_reading_goes_on(
    dana: Browser, path: str
) -> None:
    """Abuse case 37."""
    answers = [dana.get(f"{path}?q=a{n}", with_htmx=True).status for n in range(61)]
    assert answers == [200] * 60 + [429]
    assert dana.get(path).status == 200
    assert dana.get(f"{path}?q=").status == 200


def test_an_administrators_searches_are_limited_too(strict: House) -> None:
    ada = strict.administrator()
    answers = {ada.get(f"/admin/developers?q=a{n}", with_htmx=True).status for n in range(61)}
    assert answers == {200, 429}


def test_thirty_other_changes_are_made_in_a_minute(strict: House) -> None:
    ada = strict.administrator()
    path = f"/admin/developers/{strict.public_id()}/status"
    answers = [ada.post(path, {"status": "inactive"}).status for _ in range(31)]
    assert answers == [303] * 30 + [429]


def test_every_limit_grows_with_the_multiplier(build: Build) -> None:
    browser = build(limits={"multiplier": 2}).browser()
    assert {browser.get("/sign-in").status for _ in range(40)} == {303}
    assert browser.get("/sign-in").status == 429


@pytest.mark.parametrize("path", ["/sign-out", "/apps/new", "/register"])
def test_forms_without_a_token_are_limited_too(build: Build, path: str) -> None:
    house = build(limits={"write": "3 per minute"})
    statuses = [house.browser().open(path, "POST", data={}).status for _ in range(5)]
    assert 429 not in statuses[:3]
    assert statuses[3:] == [429, 429]
    assert house.told().count("limit.reached failed") == 1


def test_requests_from_other_sites_are_limited_wherever_they_go(build: Build) -> None:
    house = build(limits={"write": "3 per minute"})
    paths = ("/apps/new", "/register", "/nowhere", "/account/names", "/sign-out", "/nowhere")
    answers = [
        house.browser().open(path, "POST", headers={"Sec-Fetch-Site": "cross-site"})
        for path in paths
    ]
    assert [answer.status for answer in answers] == [403, 403, 404, 403, 429, 404]
    assert int(answers[-2].header("Retry-After")) >= 1
