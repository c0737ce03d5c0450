"""The API reference: who sees which API, and what its pages say."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import Upstream, UpstreamKind
from app.domain.products import ApiProduct, Operation
from tests.routes.conftest import Build
from tests.routes.house import House

Publish = Callable[..., None]
DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Maps", "version": "2", "description": "Draws **maps**."},
    "tags": [{"name": "Tiles", "description": "Pieces of a map."}],
    "paths": {
        "/tiles/{id}": {
            "get": {
                "operationId": "tiles/get",
                "tags": ["Tiles"],
                "summary": "Get a tile",
                "description": "A tile <script>alert(1)</script> of a map.",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"},
                     "example": "a b"},
                    {"name": "x-apikey", "in": "header", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"description": "It.", "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Tile"}}}}},
            },
            "delete": {"operationId": "remove", "deprecated": True, "responses": {}},
        },
    },
    "webhooks": {"drawn": {"post": {"summary": "A map is drawn", "responses": {}}}},
    "components": {"schemas": {"Tile": {
        "type": "object",
        "properties": {"next": {"$ref": "#/components/schemas/Tile"}, "size": {"type": "integer"}},
    }}},
}  # fmt: skip


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Return a function that writes an API into the content."""

    def write(slug: str, document: object = DOCUMENT, **facts: object) -> None:
        folder = tmp_path / "content" / "apis" / slug
        folder.mkdir(parents=True)
        folder.joinpath("d.json").write_text(json.dumps(document))
        said = {"document": "d.json", "base_url": "https://maps.example/v1", **facts}
        lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()]
        folder.joinpath("api.toml").write_text("\n".join(lines))

    return write


@pytest.fixture
def maps(build: Build, tmp_path: Path) -> House:
    return build(content_dir=str(tmp_path / "content"))


PAGES = (
    *("/apis/maps", "/apis/maps/tiles-get", "/apis/maps/schemas/Tile"),
    *("/apis/maps/openapi.json", "/apis/maps/openapi.yaml", "/apis/maps/webhook-drawn"),
)


@pytest.mark.parametrize("product", ["ledger", "no-such-product"])
def test_a_hidden_api_answers_word_for_word_like_a_missing_one(
    maps: House, publish: Publish, product: str
) -> None:
    publish("maps", products=[product])
    browser = maps.browser()
    assert "Maps" not in browser.get("/apis").text
    for path in PAGES:
        hidden, missing = browser.get(path), browser.get(path.replace("maps", "none"))
        assert (hidden.status, hidden.lasting) == (404, missing.lasting), path


def test_an_api_is_seen_by_whoever_sees_one_of_its_products(maps: House, publish: Publish) -> None:
    publish("maps", products=["ledger", "weather-free"])
    browser = maps.browser()
    page = browser.get("/apis/maps").text
    assert "Weather (free)" in page
    assert "Ledger" not in page
    assert "/apis/maps" in browser.get("/apis?q=weather+free").body
    assert "No API matches" in browser.get("/apis?q=ledger").text
    assert all(browser.get(path).status == 200 for path in PAGES)


def test_an_api_without_a_product_is_everybodys_and_asks_nothing_of_apigee(
    maps: House, publish: Publish
) -> None:
    publish("maps")
    browser = maps.browser()
    maps.apigee.calls.clear()
    assert all(browser.get(path).status == 200 for path in ("/apis", *PAGES))
    assert maps.apigee.calls == []


def test_a_warm_page_costs_no_call(maps: House, publish: Publish) -> None:
    publish("maps", products=["weather-free"])
    maps.developer("dana")
    maps.apigee.add_app("dana@example.com", "trip", maps.apigee.new_key("weather-free"))
    dana = maps.signed_in("dana")
    dana.get("/apis/maps/tiles-get")
    maps.apigee.calls.clear()
    page = dana.get("/apis/maps/tiles-get")
    assert maps.apigee.calls == []
    assert "trip" in page.text


def test_an_operation_has_an_address_and_says_what_it_needs(maps: House, publish: Publish) -> None:
    publish("maps", products=["weather-free"])
    page = maps.browser().get("/apis/maps/tiles-get")
    assert "https://maps.example/v1/tiles/a%20b" in page.text
    assert "$API_KEY" in page.text
    assert "<script>alert" not in page.body
    assert "/apps/new?products=weather-free" in page.body
    assert maps.browser().get("/apis/maps/nothing").status == 404


def test_only_products_that_open_the_operation_give_access(maps: House, publish: Publish) -> None:
    publish("maps", products=["weather-free", "reader"], proxy="maps")
    reading = Operation("maps", "/tiles/*", ("GET",))
    maps.apigee.put_product(ApiProduct("reader", "Map reader", operations=(reading,)))
    maps.apigee.put_product(
        ApiProduct("weather-free", "Weather", operations=(Operation("weather", "/**"),))
    )
    browser = maps.browser()
    assert "Map reader" in browser.get("/apis/maps/tiles-get").text
    assert "No product that is open to you covers it" in browser.get("/apis/maps/remove").text


def test_versions_of_one_api_are_listed_together_and_picked(maps: House, publish: Publish) -> None:
    for slug, version in (("maps-v1", "1.9"), ("maps-v2", "2"), ("maps-v10", "10")):
        publish(slug, version=version)
    publish("atlas", group="maps", version="0.1", products=["ledger"])
    browser = maps.browser()
    assert "1 API" in browser.get("/apis").text
    page = browser.get("/apis/maps-v1").body
    order = [page.index(f'href="/apis/{slug}"') for slug in ("maps-v10", "maps-v2", "maps-v1")]
    assert order == sorted(order)
    same = browser.get("/apis/maps-v1/tiles-get").body
    assert 'href="/apis/maps-v2/tiles-get"' in same
    assert "atlas" not in page


def test_a_document_is_downloaded_and_not_twice(maps: House, publish: Publish) -> None:
    publish("maps")
    client = maps.flask.test_client()
    first = client.get("/apis/maps/openapi.json")
    assert first.get_json()["info"]["title"] == "Maps"
    again = client.get("/apis/maps/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    yaml = client.get("/apis/maps/openapi.yaml")
    assert yaml.text.startswith("openapi: 3.1.0")
    assert client.get("/apis/maps/openapi.txt").status_code == 404


def test_a_document_that_changes_is_downloaded_as_it_is_now(
    maps: House, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.content.catalogue.CHECK_SECONDS", 0.0)
    publish("maps")
    client = maps.flask.test_client()
    before = client.get("/apis/maps/openapi.yaml").text
    assert client.get("/apis/maps/openapi.yaml").text == before
    changed = {**DOCUMENT, "info": {"title": "Maps of today", "version": "3"}}
    (tmp_path / "content" / "apis" / "maps" / "d.json").write_text(json.dumps(changed))
    assert "Maps of today" in client.get("/apis/maps/openapi.yaml").text


def test_operations_are_found_by_words(maps: House, publish: Publish) -> None:
    publish("maps")
    found = maps.browser().get("/apis/maps?q=get+tile", with_htmx=True).text
    assert "Get a tile" in found
    assert "/apis/maps/remove" not in found
    side = maps.browser().get("/apis/maps?q=remove&part=side", with_htmx=True).body
    assert "/apis/maps/remove" in side
    assert "/apis/maps/tiles-get" not in side


def test_without_apigee_the_list_shows_what_belongs_to_no_product(
    maps: House, publish: Publish
) -> None:
    publish("maps", products=["weather-free"])
    publish("open", {**DOCUMENT, "info": {"title": "Open one"}})
    maps.apigee.fail("*", DOWN)
    maps.apigee.fail("*", DOWN)
    page = maps.browser().get("/apis")
    assert page.status == 200
    assert "Open one" in page.text
    assert "Not every API can be shown" in page.text
    assert maps.browser().get("/apis/maps").status == 503
