"""The documentation: pages, twins and files, for whom they are meant and for nobody else."""

import json
import shutil
from pathlib import Path

import pytest

from app.domain.shipped import NAMES
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.unit.writing import write_docs

HIDDEN = ("/docs/internal/", "/docs/internal/index.md", "/docs/internal/map.svg")
MISSING = ("/docs/nowhere/", "/docs/nowhere/index.md", "/docs/nowhere/map.svg")


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.lasting.replace("internal", "nowhere")


def test_a_page_is_shown_with_its_side_bar_its_headings_and_its_neighbors(
    anonymous: Browser,
) -> None:
    page = anonymous.get("/docs/guides/first").page

    assert page.title.startswith("First")
    assert {"#one", "#two", "/docs/"} <= set(page.links)
    assert "On this page" in page.text
    assert "This page as Markdown" in page.text


def test_the_address_of_a_folder_leads_to_its_index(anonymous: Browser, house: House) -> None:
    support = house.signed_in("sam", roles=frozenset({"support"}))

    assert anonymous.get("/docs").location.endswith("/docs/")
    assert anonymous.get("/docs/index").location == "/docs/"
    assert support.get("/docs/internal").location == "/docs/internal/"
    assert anonymous.get("/docs/guides/first/").status == 404


@pytest.mark.parametrize(("hidden", "missing"), list(zip(HIDDEN, MISSING, strict=True)))
def test_what_is_for_others_answers_like_what_is_not_there(
    house: House, hidden: str, missing: str
) -> None:
    house.developer("dana")
    for browser in (house.browser(), house.signed_in("dana"), house.administrator()):
        assert told(browser.get(hidden)) == told(browser.get(missing))
        assert browser.get(hidden).status == 404


@pytest.mark.parametrize("path", HIDDEN)
def test_whoever_has_the_role_may_read_it(house: House, path: str) -> None:
    support = house.signed_in("sam", roles=frozenset({"support"}))

    assert support.get(path).status == 200
    assert "Behind" in support.get("/docs/").text
    assert "Behind" not in house.browser().get("/docs/").text


def test_the_twin_is_the_page_as_markdown(anonymous: Browser) -> None:
    answer = anonymous.get("/docs/guides/first.md")

    assert answer.header("Content-Type") == "text/markdown; charset=utf-8"
    assert answer.body.startswith("# First\n")
    assert "![Map](map.svg)" in answer.body


def test_a_picture_can_do_nothing_and_browsers_ask_whether_it_changed(anonymous: Browser) -> None:
    answer = anonymous.get("/docs/guides/map.svg")

    assert answer.header("Content-Type").startswith("image/svg+xml")
    assert "default-src 'none'" in answer.header("Content-Security-Policy")
    assert "sandbox" in answer.header("Content-Security-Policy")
    assert answer.header("Cache-Control") == "private, no-cache"
    etag = answer.header("ETag")
    assert anonymous.get("/docs/guides/map.svg", If_None_Match=etag).status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/docs/../portal.db",
        "/docs/%2e%2e/apis/weather/openapi.json",
        "/docs/..%2f..%2fapis/weather/openapi.json",
        "/docs/guides/%2fetc%2fpasswd.txt",
        "/docs/guides/..%5c..%5cportal.png",
        "/docs/.hidden.png",
        "/docs/guides/first.md.png",
        "/docs/guides/first.diagram-" + "0" * 24 + ".svg",
    ],
)
def test_nothing_outside_of_the_folder_is_sent(anonymous: Browser, path: str) -> None:
    assert anonymous.get(path).status == 404


def test_without_public_reading_one_signs_in_first(build: Build) -> None:
    house = build(public_reading=False)
    house.developer("dana")

    for path in ("/docs/", "/docs/guides/first.md", "/docs/guides/map.svg"):
        assert house.browser().get(path).location.startswith("/sign-in")
        assert house.signed_in("dana").get(path).status == 200


def test_the_menu_names_the_documentation_only_where_there_is_some(
    build: Build, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = str(tmp_path_factory.mktemp("bare"))
    bare = build(content_dir=empty, content={"without": list(NAMES)})

    assert "/docs/" not in bare.browser().get("/").page.links
    assert bare.browser().get("/docs/").status == 404


def test_without_own_pages_there_are_those_of_the_portal(
    build: Build, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = str(tmp_path_factory.mktemp("bare"))
    browser = build(content_dir=empty, content={"without": ["replace-a-key"]}).browser()

    assert browser.get("/docs/").location == "/docs/help/your-first-call"
    for name in NAMES:
        status = 404 if name == "replace-a-key" else 200
        assert browser.get(f"/docs/help/{name}").status == status
        assert browser.get(f"/docs/help/{name}.md").status == status
    assert "replace-a-key" not in browser.get("/llms.txt").body


def test_a_code_of_the_table_leads_to_the_doctor_with_the_code_in_the_form(house: House) -> None:
    house.developer("dana")
    dana = house.signed_in("dana")
    page = dana.get("/docs/help/when-a-call-fails").page
    [link] = [link for link in page.links if link.endswith("code=InvalidApiKey")]
    asked = dana.get(f"/docs/help/{link}".replace("/docs/help/../..", ""))

    assert asked.calls == 0
    assert asked.page.form("/diagnosis").values["fault"] == ["InvalidApiKey"]
    assert "<b>" not in dana.get("/diagnosis?code=<b>").body
    assert dana.get("/diagnosis?code=other").page.form("/diagnosis").values["fault"] == [""]


def test_a_page_asks_nothing_of_apigee(anonymous: Browser) -> None:
    assert anonymous.get("/docs/guides/first").calls == 0


LEADING = """# D

See [what is *behind*](internal/index.md#desk "Desk"), [the first](guides/first.md) and
[this][it] and <a title=x href='/docs/internal/?a=1&b'>that</a>. ![Map](guides/map.svg)

::: note
[Inside](/docs/internal)
:::

[it]: internal/index.md "Desk"
[other]: guides/first.md
"""


def test_a_link_to_a_page_is_text_for_whom_the_page_is_hidden(
    build: Build, template: Path, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    shutil.copytree(template / "content", content)
    write_docs(content / "docs", {"index.md": LEADING})
    house = build(content_dir=str(content))
    house.developer("sam")
    sam = house.signed_in("sam", roles=frozenset({"support"}))

    for browser, count in ((house.browser(), 0), (sam, 4)):
        shown, twin = browser.get("/docs/").page, browser.get("/docs/index.md").body
        [article] = shown.all("article")
        links = [link.get("href", "") for link in article.iter() if link.tag.endswith("a")]
        assert len([link for link in links if "internal" in link]) == count
        assert "guides/first" in links
        assert "what is behind, the first and this and that." in " ".join(shown.text.split())
        assert ("[what is *behind*](internal/" in twin, "[it]: internal" in twin) == (
            (True, True) if count else (False, False)
        )
        assert "See what is *behind*, [" in twin or count
        assert "[the first](guides/first.md)" in twin
        assert "![Map](guides/map.svg)" in twin
        assert twin.endswith("[other]: guides/first.md\n")


def test_an_operation_in_a_page_is_shown_to_whoever_sees_its_api(
    build: Build, template: Path, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    shutil.copytree(template / "content", content)
    write_docs(content / "docs", {"index.md": "# D\n\n::: operation weather today\n\nAfter\n"})
    house = build(content_dir=str(content))
    shown, twin = house.browser().get("/docs/"), house.browser().get("/docs/index.md")

    assert "/apis/weather/today" in shown.page.links
    assert "curl" in shown.text
    assert twin.body == "# D\n\n[`GET /today`](/apis/weather/today)\n\nAfter\n"

    hidden = build(
        content_dir=str(content),
        product_access={
            "all": {"products": ["weather-*"], "roles": ["support"], "effect": "allow"}
        },
    )
    hidden.apigee.add_product("weather-free", "Weather", access="private")
    for path in ("/docs/", "/docs/index.md"):
        assert "weather" not in hidden.browser().get(path).body
        assert "After" in hidden.browser().get(path).body
        support = hidden.signed_in("sam", roles=frozenset({"support"}))
        assert "/apis/weather/today" in support.get(path).body


def test_the_command_names_what_is_wrong(build: Build, tmp_path: Path) -> None:
    content = write_docs(tmp_path / "content" / "docs", {"a.md": "x\n\n[y](gone.md)\n"}).parent
    write_docs(content / "apis", {"bad/api.toml": "title = 1\n"})
    runner = build(content_dir=str(content)).flask.test_cli_runner()

    told = runner.invoke(args=["content", "check"])
    assert told.exit_code == 1
    assert told.output.splitlines()[0].startswith("docs/a.md:3: gone.md does not exist")
    assert told.output.splitlines()[1].startswith("apis/bad/api.toml: ")
    lines = runner.invoke(args=["content", "check", "--json"]).output.splitlines()
    assert json.loads(lines[0])["line"] == 3

    fixed = write_docs(tmp_path / "fine" / "docs", {"a.md": "x\n"}).parent
    fine = build(content_dir=str(fixed)).flask.test_cli_runner().invoke(args=["content", "check"])
    assert (fine.exit_code, fine.output) == (0, "Nothing is wrong with the content.\n")


def test_an_open_page_follows_its_file_while_somebody_writes(build: Build, tmp_path: Path) -> None:
    content = write_docs(tmp_path / "content" / "docs", {"a.md": "# T\n\nOne\n"}).parent
    browser = build(content_dir=str(content), content={"reload": True}).browser()
    [again] = [
        item.get("hx-get", "")
        for item in browser.get("/docs/a").page.root.iter()
        if item.get("hx-get", "").startswith("/docs/a?seen=")
    ]

    assert browser.get(again, with_htmx=True).status == 204
    (content / "docs" / "a.md").write_text("# T\n\nOther\n")
    assert "Other" in browser.get(again, with_htmx=True).body


def test_nothing_is_asked_again_and_again_where_nobody_writes(anonymous: Browser) -> None:
    assert "every 1s" not in anonymous.get("/docs/guides/first").body
