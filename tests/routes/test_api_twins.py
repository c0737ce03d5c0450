"""The API reference as Markdown: what the pages say, for the readers of the pages."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.domain.products import ApiProduct
from tests.routes.conftest import Build
from tests.routes.house import House

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Maps [new]", "version": "2", "description": "Draws **maps**.\n\nTwo."},
    "servers": [{"url": "https://maps.example/v1", "description": "Real"}],
    "tags": [{"name": "Tiles", "description": "Pieces of a map."}],
    "paths": {
        "/tiles/{id}": {
            "get": {
                "operationId": "getTile",
                "tags": ["Tiles"],
                "summary": "Get a *tile*",
                "description": "A tile.\n\n- as it was drawn",
                "security": [{"token": ["read"]}],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "description": "Which\none.",
                     "schema": {"type": "string", "enum": ["a", "`b`"], "default": "a"}},
                ],
                "responses": {
                    "200": {"description": "It.", "headers": {"X-Left": {"description": "Calls."}},
                            "content": {"application/json": {
                                "schema": {"$ref": "#/components/schemas/Tile"}}}},
                    "404": {"description": "No such tile."},
                },
            },
            "put": {
                "operationId": "putTile",
                "deprecated": True,
                "requestBody": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Tile"},
                    "example": {"text": "``` fence"}}}},
                "responses": {},
            },
        },
    },
    "webhooks": {"drawn": {"post": {"summary": "A map is drawn", "responses": {}}}},
    "components": {
        "securitySchemes": {"token": {"type": "oauth2", "flows": {"clientCredentials": {
            "tokenUrl": "https://maps.example/token", "scopes": {"read": "Read."}}}}},
        "schemas": {"Tile": {
            "type": "object",
            "required": ["size"],
            "properties": {
                "size": {"type": "integer", "minimum": 1, "description": "How large."},
                "next": {"$ref": "#/components/schemas/Tile"},
                "form": {"oneOf": [{"$ref": "#/components/schemas/Round"}, {"type": "string"}]},
            },
        }, "Round": {"type": "object", "properties": {"radius": {"type": "number"}}}},
    },
}  # fmt: skip
TWINS = ("/apis/maps.md", "/apis/maps/getTile.md", "/apis/maps/webhook-drawn.md")


def publish(root: Path, slug: str, product: str) -> None:
    folder = root / "content" / "apis" / slug
    folder.mkdir(parents=True)
    folder.joinpath("d.json").write_text(json.dumps(DOCUMENT))
    facts = f'document = "d.json"\nbase_url = "https://maps.example/v1"\nproducts = ["{product}"]\n'
    folder.joinpath("api.toml").write_text(facts)


@pytest.fixture
def maps(build: Build, tmp_path: Path) -> House:
    publish(tmp_path, "maps", "open")
    publish(tmp_path, "secret", "inside")
    house = build(content_dir=str(tmp_path / "content"))
    house.apigee.put_product(ApiProduct("open", "Open *maps*", access="public"))
    house.apigee.put_product(ApiProduct("inside", "Inside", access="internal"))
    return house


def test_an_api_is_told_with_its_operations_and_what_opens_it(maps: House) -> None:
    answer = maps.browser().get("/apis/maps.md")

    assert answer.header("Content-Type") == "text/markdown; charset=utf-8"
    assert answer.body.startswith("# Maps \\[new\\] 2\n\nDraws **maps**.\n\nTwo.\n")
    assert "the API key goes into the header `x-apikey`" in answer.body
    assert "[OpenAPI 3.1.0 document, JSON](/apis/maps/openapi.json)" in answer.body
    assert "- Opened by the product [Open \\*maps\\*](/products/open)" in answer.body
    assert "## Tiles\n\nPieces of a map.\n\n- [`GET /tiles/{id}`](/apis/maps/getTile.md)" in (
        answer.body
    )
    assert "`PUT /tiles/{id}`](/apis/maps/putTile.md): deprecated" in answer.body
    assert "## Webhooks\n\n- [`POST drawn`](/apis/maps/webhook-drawn.md): A map" in answer.body
    assert "- Security: token (oauth2), scopes `read`" in answer.body


def test_an_operation_is_told_with_all_that_its_page_says(maps: House) -> None:
    text = maps.browser().get("/apis/maps/getTile.md").body

    for said in (
        "# Get a \\*tile\\*\n\n> `GET https://maps.example/v1/tiles/{id}`",
        "Part of [Maps \\[new\\]](/apis/maps.md).",
        "A tile.\n\n- as it was drawn",
        "```bash\ncurl ",
        "- `id` (path, string, required): Which one; one of `a`, `` `b` ``; default `a`",
        "## Answer 200\n\nIt.\n\n- Header `X-Left`: Calls.",
        "`application/json`: object",
        "- `size` (integer, required): How large; at least 1",
        "- `next` (object): told on this page already",
        "  - one of:\n    - Round (object)\n      - `radius` (number)",
        "```json\n{",
        "## Answer 404\n\nNo such tile.",
        "- token (oauth2), scopes `read`",
        "A key with one of these products opens it: [Open \\*maps\\*](/products/open).",
    ):
        assert said in text, said


def test_a_body_with_a_fence_in_it_ends_where_it_ends(maps: House) -> None:
    text = maps.browser().get("/apis/maps/putTile.md").body

    assert "Deprecated: it still works" in text
    assert "## Body (optional)" in text
    assert re.search(r"^````json\n.*``` fence.*\n````$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", TWINS)
def test_a_hidden_api_answers_word_for_word_like_a_missing_one(maps: House, path: str) -> None:
    hidden, missing = (path.replace("maps", slug) for slug in ("secret", "nowhere"))
    maps.developer("dana")
    for browser in (maps.browser(), maps.signed_in("dana")):
        assert browser.get(path).status == 200
        told = [browser.get(each) for each in (hidden, missing)]
        assert [each.status for each in told] == [404, 404]
        assert told[0].lasting.replace("secret", "nowhere") == told[1].lasting
    assert maps.administrator().get(hidden).status == 200


@pytest.mark.parametrize("path", TWINS)
def test_its_reader_keeps_it_and_asks_whether_it_changed(maps: House, path: str) -> None:
    browser = maps.browser()
    answer = browser.get(path)

    assert answer.calls == 1
    assert answer.header("Cache-Control") == "private, no-cache"
    again = browser.get(path, If_None_Match=answer.header("ETag"))
    assert (again.status, again.calls) == (304, 0)


def test_the_pages_name_their_twins_and_every_link_in_a_twin_leads_somewhere(maps: House) -> None:
    browser = maps.browser()
    for path in ("/apis/maps", "/apis/maps/getTile"):
        [link] = [
            item for item in browser.get(path).page.all("link") if item.get("rel") == "alternate"
        ]
        assert (link.get("href"), link.get("type")) == (f"{path}.md", "text/markdown")
    links = re.findall(r"\]\((/[^)]+)\)", "".join(browser.get(path).body for path in TWINS))
    assert len(links) > 8
    for link in set(links):
        assert browser.get(link).status == 200, link


def test_an_operation_that_does_not_exist_has_no_twin(maps: House) -> None:
    assert maps.browser().get("/apis/maps/none.md").status == 404


def test_without_public_reading_one_signs_in_first(build: Build) -> None:
    house = build(public_reading=False)
    house.developer("dana")

    for path in ("/apis/weather.md", "/apis/weather/today.md"):
        assert house.browser().get(path).location.startswith("/sign-in")
        assert house.signed_in("dana").get(path).status == 200
