"""A portal under a path of its host."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

URL = "http://localhost:8000/portal"


@pytest.fixture
def house(build: Build) -> House:
    return build(public_url=URL)


@pytest.mark.parametrize("path", ["/portal/products", "/products"])
def test_pages_link_to_each_other_under_the_path(house: House, path: str) -> None:
    answer = house.browser().get(path)
    assert answer.status == 200
    links = [link for link in answer.page.links if link.startswith("/")]
    assert links != []
    assert all(link.startswith("/portal/") for link in links)
    sheets = answer.page.all("link", rel="stylesheet")
    places = ("/portal/static/", "/portal/theme/")
    assert all(item.get("href", "").startswith(places) for item in sheets)


def test_the_path_itself_is_the_home_page(house: House) -> None:
    assert house.browser().get("/portal").status == 200
    assert house.browser().get("/portal/").page.heading == house.browser().get("/").page.heading
    assert house.browser().get("/portalx").status == 404


def test_a_person_signs_in_and_out_under_the_path(house: House) -> None:
    browser: Browser = house.browser(URL)
    sent = browser.get("/apps?q=x")
    assert sent.location == "/portal/sign-in?next=/portal/apps?q%3Dx"
    begun = browser.get(sent.location)
    state = parse_qs(urlsplit(begun.location).query)["state"][0]
    assert house.provider.redirects == [f"{URL}/auth/demo/callback"]
    house.provider.will_sign_in("dana")
    ended = browser.get(f"/auth/demo/callback?state={state}&code=x")
    assert ended.location == "/portal/apps?q=x"


def test_signing_out_comes_back_under_the_path(house: House) -> None:
    browser = house.browser(URL)
    state = browser.begin_sign_in()
    house.provider.will_sign_in("dana")
    assert browser.finish_sign_in(state).location == "/portal/"
    form = browser.get("/signed-out").page.form("/portal/sign-out")
    answer = browser.open("/sign-out", "POST", data=form.values)
    back = parse_qs(urlsplit(answer.location).query)["post_logout_redirect_uri"]
    assert back == [f"{URL}/signed-out"]


@pytest.mark.parametrize("following", ["/apps", "//evil.example", "/portalx", "/portal//evil"])
def test_only_pages_under_the_path_are_led_back_to(house: House, following: str) -> None:
    """Abuse case 11."""
    browser = house.browser(URL)
    house.provider.will_sign_in("dana")
    assert browser.finish_sign_in(browser.begin_sign_in(following)).location == "/portal/"


def test_a_fresh_sign_in_stays_under_the_path(build: Build) -> None:
    house = build(public_url=URL, step_up={"actions": ["app.delete"]})
    house.developer("dana")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    dana = house.browser(URL)
    house.provider.will_sign_in("dana")
    dana.finish_sign_in(dana.begin_sign_in())
    page = dana.get("/apps/trip/deletion").page.form("/portal/apps/trip/deletion")
    fields = {**page.values, "confirm_name": ["trip"]}
    before = {"Referer": f"{URL}/apps/trip/deletion"}
    asked = dana.open("/apps/trip/deletion", "POST", data=fields, headers=before)
    assert asked.location == "/portal/sign-in/again"
    assert "Path=/portal" in asked.header("Set-Cookie")
    sent = parse_qs(urlsplit(dana.get("/sign-in/again").location).query)
    assert dana.finish_sign_in(sent["state"][0]).location == "/portal/sign-in/confirmation"
    again = dana.get("/sign-in/confirmation").page
    assert "/portal/apps/trip/deletion" in again.links
    form = again.form("/portal/apps/trip/deletion")
    done = dana.open("/apps/trip/deletion", "POST", data=form.values)
    assert (done.status, done.location) == (303, "/portal/apps")
