"""Each screen of a developer leads to the place of the documentation that is about it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.routing import Rule

from app.domain.shipped import NAMES
from app.web.help import PLACES
from tests.architecture.test_guards import GUARDS
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.matrix import ROUTES
from tests.routes.page import Page
from tests.routes.world import Somebody, World

# Screens with a head of which no page of the documentation is about.
WITHOUT = {"auth.signed_out", "search.show"}
OWN = {"public", "reading", "person", "developer"}


def screens(house: House) -> Iterator[Rule]:
    for rule in house.flask.url_map.iter_rules():
        if rule.endpoint in GUARDS and GUARDS[rule.endpoint] in OWN and "GET" in rule.methods:  # type: ignore[operator] # every rule has methods
            yield rule


def helps(page: Page) -> list[str]:
    found = [item for item in page.all("a") if item.get("class") == "help-link"]
    assert all("".join(item.itertext()).strip() for item in found)
    return [item.get("href", "") for item in found]


def expect_a_place(browser: Browser, address: str) -> None:
    parts = urlsplit(address)
    answer = browser.get(parts.path)
    assert answer.status == 200, address
    ids = {item.get("id") for item in answer.page.root.iter()}
    assert not parts.fragment or parts.fragment in ids, address


def test_every_screen_of_a_developer_has_a_link_whose_place_exists(build: Build) -> None:
    world = World(build(limits={"multiplier": 100_000}), Somebody("dana", kind="developer"))
    seen = 0
    for rule in screens(world.house):
        world.set_back()
        answer = world.browser.get(world.path(rule, ROUTES[rule.endpoint], "own"))
        is_page = answer.header("Content-Type").startswith("text/html")
        if answer.status != 200 or not is_page or "page-head" not in answer.body:
            continue
        found = helps(answer.page)
        if rule.endpoint in WITHOUT or rule.endpoint.startswith("docs."):
            assert found == [], rule.endpoint
            continue
        assert found, rule.endpoint
        seen += 1
        for address in found:
            expect_a_place(world.browser, address)
    assert seen > 20


def test_every_place_of_the_table_has_its_page_and_heading(anonymous: Browser) -> None:
    assert PLACES.keys() <= GUARDS.keys()
    for name, anchor in set(PLACES.values()):
        assert name in NAMES
        expect_a_place(anonymous, f"/docs/help/{name}#{anchor}")


def test_an_app_with_keys_leads_to_what_their_status_says(house: House) -> None:
    house.developer("dana")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    page = house.signed_in("dana").get("/apps/trip").page

    assert helps(page) == ["/docs/help/apps-and-keys", "/docs/help/apps-and-keys#status"]


def test_a_form_that_comes_back_leads_there_too(house: House) -> None:
    house.developer("dana")

    answer = house.signed_in("dana").post("/apps/new", {"display_name": ""})
    assert answer.status == 422
    assert helps(answer.page) == ["/docs/help/your-first-call#app"]


def test_a_sign_in_that_failed_leads_to_what_can_be_done(anonymous: Browser) -> None:
    answer = anonymous.get("/auth/demo/callback?state=unknown")

    assert answer.status == 400
    assert helps(answer.page) == ["/docs/help/your-first-call#sign-in"]


def test_a_page_that_is_left_out_is_not_led_to(build: Build) -> None:
    house = build(content={"without": ["apps-and-keys"]})
    house.developer("dana")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    dana = house.signed_in("dana")

    assert helps(dana.get("/apps/trip").page) == []
    assert helps(dana.get("/diagnosis").page) == ["/docs/help/when-a-call-fails"]


def test_whoever_may_not_read_is_not_led_there(build: Build) -> None:
    house = build(public_reading=False)
    house.developer("dana")
    failed = "/auth/demo/callback?state=unknown"

    assert helps(house.browser().get(failed).page) == []
    assert helps(house.signed_in("dana").get("/products").page) != []


def test_an_own_page_is_led_to_where_it_stands_in_the_place_of_one(
    build: Build, tmp_path: Path
) -> None:
    folder = tmp_path / "content" / "docs" / "help"
    folder.mkdir(parents=True)
    folder.joinpath("your-first-call.md").write_text("# Ours\n\n## Begin {#product}\n\nNow.\n")
    folder.joinpath("apps-and-keys.md").write_text("---\naudience: [support]\n---\n\n# Keys\n")
    house = build(content_dir=str(tmp_path / "content"))
    house.developer("dana")
    dana, sam = house.signed_in("dana"), house.signed_in("sam", roles=frozenset({"support"}))

    assert helps(dana.get("/products").page) == ["/docs/help/your-first-call#product"]
    assert "Help: Ours" in dana.get("/products").text
    assert helps(dana.get("/apis").page) == ["/docs/help/your-first-call"]
    assert helps(dana.get("/account").page) == []
    assert helps(sam.get("/account").page) == ["/docs/help/apps-and-keys"]


def test_under_a_path_the_link_has_it(build: Build) -> None:
    browser = build(public_url="https://example.com/dev").browser()

    page = browser.get("/dev/products").page
    assert helps(page) == ["/dev/docs/help/your-first-call#product"]


@pytest.mark.parametrize("path", ["/products", "/diagnosis", "/apps"])
def test_a_link_asks_nothing_of_apigee(house: House, build: Build, path: str) -> None:
    bare = build(content={"without": list(NAMES)})
    calls = []
    for each in (house, bare):
        each.developer("dana")
        calls.append(each.signed_in("dana").get(path).calls)
    assert calls[0] == calls[1]


@pytest.mark.parametrize("who", ["support", "administrator"])
@pytest.mark.parametrize("role_page", ["/admin/developers", "/admin/status"])
def test_the_administration_has_no_link_that_is_for_developers(
    house: House, who: str, role_page: str
) -> None:
    somebody = house.signed_in("ada", roles=frozenset({who}))
    answer = somebody.get(role_page)

    assert answer.status in {200, 403}
    assert helps(answer.page) == []
