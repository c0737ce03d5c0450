"""Hostile API documents: whatever is in one, its pages hold and the rest of the site stands."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile_documents import COSTLY, HOSTILE_TEXT, document, hostile_text
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.page import Page

Publish = Callable[[str, object], None]
LARGEST = 3_000_000  # bytes of a page
FORBIDDEN = frozenset({"iframe", "object", "embed", "style", "base"})
RUN = re.compile(r"\s*(javascript|data|vbscript):", re.IGNORECASE)


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Return a function that writes an API into the content."""

    def write(slug: str, document: object) -> None:
        folder = tmp_path / "content" / "apis" / slug
        folder.mkdir(parents=True)
        text = document if isinstance(document, str) else json.dumps(document)
        folder.joinpath("d.json").write_text(text)
        folder.joinpath("api.toml").write_text(
            'document = "d.json"\nbase_url = "https://a.example"'
        )

    return write


@pytest.fixture
def shop(build: Build, tmp_path: Path) -> House:
    return build(content_dir=str(tmp_path / "content"))


def harm(page: Page) -> list[str]:
    """Return what a browser would run, fetch or send elsewhere."""
    found = []
    for element in page.root.iter():
        tag = str(element.tag).lower()
        if tag in FORBIDDEN or (tag == "script" and not element.get("src")):
            found.append(tag)
        for name, value in element.attrib.items():
            is_sent = name in {"src", "action", "formaction"} and "://" in value
            is_run = name in {"href", "src", "action", "formaction"} and RUN.match(value)
            if is_sent or is_run or name.startswith("on"):
                found.append(f"{tag} {name}={value}")
    return found


def test_text_in_every_place_of_a_document_is_text_on_every_page(
    shop: House, publish: Publish
) -> None:
    publish("shop", hostile_text())
    browser = shop.browser()
    for path in ("/apis", "/apis/shop", "/apis/shop/o", "/apis/shop/schemas/A"):
        page = browser.get(path)
        assert page.status == 200, path
        assert harm(page.page) == [], path


@pytest.mark.parametrize("text", ["../..", "x/../../admin", "a?b#c", HOSTILE_TEXT])
def test_names_of_a_document_lead_nowhere_else(shop: House, publish: Publish, text: str) -> None:
    paths = {"/a": {"get": {"operationId": text, "responses": {}}}}
    publish("shop", document({text: {"type": "object"}, "A": {}}, paths=paths))
    page = shop.browser().get("/apis/shop")
    assert page.status == 200
    links = [link for link in re.findall(r'href="([^"#?]+)', page.body) if "/apis/shop/" in link]
    assert links
    assert all(".." not in link for link in links)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", [name for name in COSTLY if "megabyte" not in name])
def test_the_pages_of_a_costly_document_are_answered(
    shop: House, publish: Publish, name: str
) -> None:
    publish("shop", COSTLY[name])
    client = shop.flask.test_client()
    for path in ("/apis", "/apis/shop", "/apis/shop/o", "/apis/shop/schemas/A"):
        answer = client.get(path)
        assert answer.status_code in {200, 503}, path
        assert len(answer.data) < LARGEST, path


def test_a_refused_document_takes_nothing_else_away(shop: House, publish: Publish) -> None:
    publish("good", document())
    publish("bomb", '{"openapi": "3.1.0", "x": ' + "[" * 5_000)
    publish("none", "\0\0\0")
    browser = shop.browser()
    assert browser.get("/apis/good/o").status == 200
    assert browser.get("/apis").status == 200
    assert browser.get("/").status == 200
    assert browser.get("/apis/bomb").status == 404
    assert browser.get("/apis/bomb/openapi.json").status == 404


def test_a_large_document_is_being_prepared_until_it_is_there(
    shop: House, publish: Publish
) -> None:
    publish("large", {**document(), "x-space": "x" * 400_000})
    client = shop.flask.test_client()
    assert "Large" in client.get("/apis").text or "large" in client.get("/apis").text
    for path in ("/apis/large", "/apis/large/o"):
        answer = client.get(path)
        assert answer.status_code in {200, 503}
        if answer.status_code == 503:
            assert "is being prepared" in answer.text
            assert answer.headers["Retry-After"] == "10"

    runner = shop.flask.test_cli_runner()
    assert runner.invoke(args=["content", "check"]).exit_code == 0


def test_a_page_that_shows_an_operation_of_it_has_no_mistake_meanwhile(
    shop: House, publish: Publish, tmp_path: Path
) -> None:
    publish("large", {**document(), "x-space": "x" * 400_000})
    page = tmp_path / "content" / "docs" / "index.md"
    page.parent.mkdir()
    page.write_text("# Words\n\n::: operation large o\n")
    with shop.context():
        assert shop.portal.reading.problems() == []
    assert shop.browser().get("/docs/").status == 200
    assert shop.flask.test_cli_runner().invoke(args=["content", "check"]).exit_code == 0


def test_the_command_names_what_is_refused_and_what_is_noted(shop: House, publish: Publish) -> None:
    publish("good", document(paths={"/a": {"get": {"operationId": "o", "responses": 5}}}))
    runner = shop.flask.test_cli_runner()
    fine = runner.invoke(args=["content", "check"])
    assert "note: apis/good/d.json: at #/" in fine.output
    assert fine.exit_code == 0

    publish("bad", "{")
    broken = runner.invoke(args=["content", "check"])
    assert "\napis/bad/d.json: is not valid JSON" in f"\n{broken.output}"
    assert broken.exit_code == 1
