"""The home page."""

import json
import shutil
from pathlib import Path

import pytest

from app.domain.errors import Upstream, UpstreamKind
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House


def test_the_home_page_greets_everybody_with_the_public_products(anonymous: Browser) -> None:
    answer = anonymous.get("/")
    assert answer.status == 200
    assert "Get an API key" in answer.text
    assert "Weather (free)" in answer.text
    assert "Maps for partners" not in answer.text
    assert "Ledger" not in answer.text
    assert answer.calls == 1


def test_the_home_page_shows_a_call_that_is_ready_to_run(anonymous: Browser) -> None:
    assert "curl -H 'x-apikey: YOUR_API_KEY'" in anonymous.get("/").page.text_of("first-call")


def test_the_home_page_shows_the_call_that_the_operator_chose(build: Build) -> None:
    answer = build(content={"first_call": "weather get-cities-city"}).browser().get("/")
    shown = answer.page.text_of("first-call")
    assert "/weather/cities/" in shown
    assert '-H "x-apikey: $API_KEY"' in shown
    assert answer.calls == 1


def test_the_call_that_the_operator_chose_is_not_shown_to_whom_it_is_closed(
    build: Build, template: Path, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    shutil.copytree(template / "content", content)
    hidden = content / "apis" / "ledger"
    shutil.copytree(content / "apis" / "weather", hidden)
    facts = (hidden / "api.toml").read_text()
    (hidden / "api.toml").write_text(facts.replace('"weather-free", "weather-pro"', '"ledger"'))
    chosen = {"first_call": "ledger get-cities-city"}
    answer = build(content_dir=str(content), content=chosen).browser().get("/")
    shown = answer.page.text_of("first-call")
    assert "/weather/today" in shown
    assert "cities" not in shown
    assert answer.calls == 1


def test_the_call_that_the_operator_chose_changes_with_its_document(
    build: Build, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.content.catalogue.CHECK_SECONDS", 0.0)
    content = tmp_path / "content"
    shutil.copytree(template / "content", content)
    document = content / "apis" / "weather" / "openapi.json"
    chosen = {"first_call": "weather get-cities-city"}
    browser = build(content_dir=str(content), content=chosen).browser()
    assert "/weather/cities/Porto" not in browser.get("/").page.text_of("first-call")
    written = json.loads(document.read_text())
    city = {"name": "city", "in": "path", "required": True, "example": "Porto"}
    written["paths"]["/cities/{city}"]["parameters"] = [{**city, "schema": {"type": "string"}}]
    document.write_text(json.dumps(written))
    assert "/weather/cities/Porto" in browser.get("/").page.text_of("first-call")


def test_the_home_page_costs_nothing_when_the_catalogue_is_known(anonymous: Browser) -> None:
    anonymous.get("/")
    assert anonymous.get("/").calls == 0


def test_the_home_page_stands_while_apigee_is_down(house: House) -> None:
    house.apigee.fail("*", Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer."))
    answer = house.browser().get("/")
    assert answer.status == 200
    assert "Weather (free)" not in answer.text


def test_a_signed_in_person_is_welcomed_by_name(dana: Browser) -> None:
    answer = dana.get("/")
    assert answer.page.heading.startswith("Welcome, ")
    assert "not registered" not in answer.text


def test_who_is_no_developer_yet_is_told_so_on_the_home_page(house: House) -> None:
    assert "You are not registered as a developer yet" in house.signed_in("ravi").get("/").text


def test_the_home_page_as_a_fragment_has_no_frame(anonymous: Browser) -> None:
    answer = anonymous.get("/", with_htmx=True)
    assert answer.status == 200
    assert answer.page.all("h1")


def test_a_portal_that_is_not_public_asks_for_a_sign_in_first(build: Build) -> None:
    browser = build(public_reading=False).browser()
    answer = browser.get("/")
    assert (answer.status, answer.location) == (302, "/sign-in?next=/")
    partial = browser.get("/products", with_htmx=True)
    assert (partial.status, partial.header("HX-Redirect")) == (401, "/sign-in?next=/products")
