"""The sample content: every public product has an API, and every document holds together."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.content.diagrams.diagrams import Diagrams
from app.content.pages.library import ContentPages, Options
from app.content.shipped.pages import Facts, written
from demo.plan import Plan
from demo.preparation import CONTENT, PLACEHOLDER, write_content
from tests.unit.writing import catalogue_of

SEED = json.loads((CONTENT.parent / "seed.json").read_text(encoding="utf-8"))
APIS = sorted(CONTENT.glob("apis/*/api.toml"))
KEYS = {
    "title", "document", "products", "base_url", "key_in", "token_url", "proxy",
    "base_path", "environments",
}  # fmt: skip
METHODS = {"get", "post", "put", "patch", "delete"}


def table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def document(file: Path) -> dict[str, Any]:
    text = (file.parent / table(file)["document"]).read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    if isinstance(node, list):
        for value in node:
            yield from references(value)


def is_public(product: dict[str, Any]) -> bool:
    return bool(product["attributes"].get("access", "public") == "public")


def test_every_public_product_belongs_to_one_api_and_no_other_product_does() -> None:
    shown = [name for file in APIS for name in table(file)["products"]]
    assert sorted(shown) == sorted(p["name"] for p in SEED["apiProducts"] if is_public(p))


def test_an_api_names_a_proxy_that_its_products_open() -> None:
    proxies = {product["name"]: product["proxies"] for product in SEED["apiProducts"]}
    for file in APIS:
        api = table(file)
        assert all(api["proxy"] in proxies[name] for name in api["products"]), file


@pytest.mark.parametrize("file", APIS, ids=lambda file: file.parent.name)
def test_an_api_and_its_document_hold_together(file: Path) -> None:
    api, described = table(file), document(file)
    assert set(api) <= KEYS
    assert described["openapi"].startswith("3.")
    assert described["servers"][0]["url"] == api["base_url"]
    scheme = described["components"]["securitySchemes"]["apiKey"]
    assert f"{scheme['in']}:{scheme['name']}" == api["key_in"]
    for reference in references(described):
        node: Any = described
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
        assert node


@pytest.mark.parametrize("file", APIS, ids=lambda file: file.parent.name)
def test_every_operation_can_be_named_and_linked(file: Path) -> None:
    paths = document(file)["paths"]
    operations = [(path, op) for path, item in paths.items() for op in item.items()]
    assert {method for _, (method, _) in operations} <= METHODS
    names = [operation["operationId"] for _, (_, operation) in operations]
    assert len(set(names)) == len(names)
    for path, (_, operation) in operations:
        given = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert given == set(re.findall(r"{(\w+)}", path)), path


def test_the_weather_api_begins_with_a_call_that_needs_nothing() -> None:
    first_path, first = next(iter(document(CONTENT / "apis/weather/api.toml")["paths"].items()))
    assert first_path == "/today"
    assert not any(parameter["required"] for parameter in first["get"]["parameters"])


def test_nothing_is_wrong_with_the_pages_and_the_side_bar(tmp_path: Path) -> None:
    plan = Plan(port=18000, flavor="x", var=tmp_path)
    write_content(plan)
    apis = catalogue_of(plan.content)
    known = {api.slug: {each.operation_id for each in api.operations} for api in apis.all()}
    diagrams = Diagrams(lambda: tmp_path, lambda work: work())
    names = ("portal_name", "portal_url", "support_contact", "support_link")
    variables = dict.fromkeys(names, "https://x.example")
    shipped = written(Facts(first_call="weather getToday", has_support=True))
    roles = frozenset({"administrator", "support", "developer"})
    options = Options(roles, variables, shipped=shipped)
    pages = ContentPages(plan.content, known.get, diagrams, options)

    assert pages.problems() == ()
    assert len(pages.entries()) > 10
    shown = {path for item in pages.menu() for path in item.pages()}
    assert set(pages.entries()) - shown == {"index"}
    assert all(entry.description for entry in pages.entries().values())


def test_the_local_apigee_takes_the_place_of_its_placeholder(tmp_path: Path) -> None:
    plan = Plan(port=18000, flavor="x", var=tmp_path)
    stale = plan.content / "apis" / "gone.toml"
    stale.parent.mkdir(parents=True)
    stale.touch()
    write_content(plan)
    weather = table(plan.content / "apis" / "weather" / "api.toml")
    assert weather["base_url"] == "http://localhost:18001/proxy/weather"
    written = [file for file in plan.content.rglob("*") if file.is_file()]
    assert not any(PLACEHOLDER.encode() in file.read_bytes() for file in written)
    assert not stale.exists()
