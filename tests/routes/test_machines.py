"""Lists for machines: what each reader may read, with whole addresses, and nothing else."""

import json
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from app.domain.errors import Upstream, UpstreamKind
from app.domain.products import ApiProduct
from app.web import machine_lists
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.unit.writing import DOCS, write_docs

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
LISTS = ("/llms.txt", "/sitemap.xml")
WHO = {
    "anonymous": frozenset[str](),
    "developer": frozenset[str](),
    "support": frozenset({"support"}),
    "administrator": frozenset({"administrator"}),
}
# Product of an API, and page: who sees them.
SEEN = {
    "open": {"anonymous", "developer", "support", "administrator"},
    "members": {"developer", "support", "administrator"},
    "inside": {"administrator"},
}
PAGES = {
    "/docs/guides/first": {"anonymous", "developer", "support", "administrator"},
    "/docs/internal/": {"support"},
    "/docs/closed/": set[str](),
}


def locations(text: str) -> list[str]:
    return [each.text or "" for each in fromstring(text).iter(f"{SPACE}loc")]  # noqa: S314 - our own


@pytest.fixture
def house(build: Build, tmp_path: Path) -> House:
    content = tmp_path / "content"
    write_docs(content / "docs", DOCS)
    for product in SEEN:
        folder = content / "apis" / f"api-{product}"
        folder.mkdir(parents=True)
        paths = {"/now": {"get": {"operationId": "readNow", "responses": {}}}}
        info = {"title": f"Title of *{product}*", "version": "1", "description": "Tells\n\nmore."}
        document = {"openapi": "3.0.3", "info": info, "paths": paths}
        folder.joinpath("d.json").write_text(json.dumps(document))
        facts = f'document = "d.json"\nbase_url = "https://a.example"\nproducts = ["{product}"]\n'
        folder.joinpath("api.toml").write_text(facts)
    house = build(content_dir=str(content), access={"private": ["developer"]})
    accesses = zip(SEEN, ("public", "private", "internal"), strict=True)
    for name, access in accesses:
        house.apigee.put_product(ApiProduct(name, name, access=access))
    return house


def visitor(house: House, who: str) -> Browser:
    if who == "anonymous":
        return house.browser()
    house.developer("dana")
    return house.signed_in("dana", roles=WHO[who])


@pytest.mark.parametrize("who", WHO)
def test_llms_txt_names_what_its_reader_may_open_and_nothing_else(house: House, who: str) -> None:
    browser = visitor(house, who)
    text = browser.get("/llms.txt").body

    for product, seen in SEEN.items():
        assert (f"/apis/api-{product}" in text) is (who in seen), product
        assert (product in text) is (who in seen), product
        assert (browser.get(f"/apis/api-{product}/openapi.json").status == 200) is (who in seen)
    for address, seen in PAGES.items():
        path = f"{address}index.md" if address.endswith("/") else f"{address}.md"
        assert (path in text) is (who in seen), address
        assert browser.get(path).status == (200 if who in seen else 404)


@pytest.mark.parametrize("who", WHO)
def test_the_site_map_names_what_everybody_may_read_whoever_asks(house: House, who: str) -> None:
    found = locations(visitor(house, who).get("/sitemap.xml").body)

    for product, seen in SEEN.items():
        for address in (f"/apis/api-{product}", f"/apis/api-{product}/readNow"):
            assert any(each.endswith(address) for each in found) is ("anonymous" in seen)
    for address, seen in PAGES.items():
        assert any(each.endswith(address) for each in found) is ("anonymous" in seen)


def test_every_address_of_the_lists_is_whole_and_answers(house: House) -> None:
    browser, root = house.browser(), house.portal.presentation.public_url
    found = locations(browser.get("/sitemap.xml").body)
    lines = browser.get("/llms.txt").body.splitlines()
    linked = [line.partition("](")[2].partition(")")[0] for line in lines if line[:3] == "- ["]

    assert len(found) > 5
    assert len(linked) == 8
    for address in (*found, *linked):
        assert address.startswith(f"{root}/")
        assert browser.get(address.removeprefix(root)).status == 200, address


def test_llms_txt_has_the_form_that_its_readers_expect(house: House) -> None:
    answer = house.browser().get("/llms.txt")
    head, blank, summary, *_ = answer.body.splitlines()

    assert answer.header("Content-Type") == "text/markdown; charset=utf-8"
    assert (head[:2], blank, summary[:2]) == ("# ", "", "> ")
    assert "\n## APIs\n\n- [Title of \\*open\\* 1](" in answer.body
    assert "): Tells\n" in answer.body


def test_pages_have_the_time_of_their_file_in_the_site_map(house: House) -> None:
    tree = fromstring(house.browser().get("/sitemap.xml").body)  # noqa: S314 - our own
    times = {place(each, "loc"): place(each, "lastmod") for each in tree}

    [of_the_page] = [when for where, when in times.items() if where.endswith("/docs/guides/first")]
    assert of_the_page.endswith("Z")
    assert len(of_the_page) == len("2026-03-14T10:00:00Z")


def test_a_site_map_that_is_known_is_not_written_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = house.browser()
    first = browser.get("/sitemap.xml")
    assert first.header("Content-Length") == f"{len(first.body.encode())}"
    with monkeypatch.context() as patch:
        patch.setattr(machine_lists.SiteMap, "written", pytest.fail)
        again = browser.get("/sitemap.xml", If_None_Match=first.header("ETag"))
    assert (again.status, again.body) == (304, "")

    house.apigee.put_product(ApiProduct("open", "open", access="internal"))
    house.clock.advance(3_600)
    changed = browser.get("/sitemap.xml", If_None_Match=first.header("ETag"))
    assert changed.status == 200
    assert "api-open" in first.body
    assert "api-open" not in changed.body


def place(tree: Element, name: str) -> str:
    found = tree.find(f"{SPACE}{name}")
    return "" if found is None else found.text or ""


def test_too_many_places_are_listed_in_parts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, root = house.browser(), house.portal.presentation.public_url
    whole = locations(browser.get("/sitemap.xml").body)
    monkeypatch.setattr(machine_lists, "MOST_LISTED", 3)
    parts = locations(browser.get("/sitemap.xml").body)

    assert len(parts) == -(-len(whole) // 3)
    found = [locations(browser.get(each.removeprefix(root)).body) for each in parts]
    assert [address for part in found for address in part] == whole
    for wrong in ("0", "x", "²", f"{len(parts) + 1}", "9" * 5_000):
        assert browser.get(f"/sitemap.xml?part={wrong}").status == 404


def test_without_public_reading_crawlers_are_sent_away_and_find_no_map(
    build: Build,
) -> None:
    house = build(public_reading=False)
    house.developer("dana")
    anonymous, dana = house.browser(), house.signed_in("dana")

    assert anonymous.get("/robots.txt").body == "User-agent: *\nDisallow: /\n"
    for path in LISTS:
        assert anonymous.get(path).location.startswith("/sign-in")
    assert dana.get("/sitemap.xml").status == 404
    assert dana.get("/llms.txt").status == 200


def test_robots_are_kept_from_what_is_personal_and_led_to_the_map(anonymous: Browser) -> None:
    text = anonymous.get("/robots.txt").body

    for name in ("account", "admin", "apps", "sign-"):
        assert f"Disallow: /{name}\n" in text
    assert "/apis" not in text
    assert text.splitlines()[-1].startswith("Sitemap: http")
    assert text.splitlines()[-1].endswith("/sitemap.xml")


def test_under_a_path_every_address_has_it(build: Build) -> None:
    house = build(public_url="https://example.com/dev")
    browser = house.browser()

    assert "Disallow: /dev/apps\n" in browser.get("/dev/robots.txt").body
    assert "Sitemap: https://example.com/dev/sitemap.xml\n" in browser.get("/dev/robots.txt").body
    for address in locations(browser.get("/dev/sitemap.xml").body):
        assert address.startswith("https://example.com/dev/")
    assert "](https://example.com/dev/docs/" in browser.get("/dev/llms.txt").body


@pytest.mark.parametrize("path", [*LISTS, "/robots.txt", "/docs/guides/first.md"])
def test_readers_keep_a_list_and_ask_whether_it_changed(anonymous: Browser, path: str) -> None:
    answer = anonymous.get(path)

    assert answer.header("Cache-Control") == "private, no-cache"
    assert "Cookie" in answer.header("Vary")
    again = anonymous.get(path, If_None_Match=answer.header("ETag"))
    assert (again.status, again.body) == (304, "")
    assert anonymous.get(path, If_None_Match='"other"').status == 200


def test_what_changed_for_the_reader_is_told_again(house: House) -> None:
    etag = house.browser().get("/llms.txt").header("ETag")

    assert visitor(house, "support").get("/llms.txt", If_None_Match=etag).status == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_apigee_once_for_the_products(house: House, path: str) -> None:
    browser = house.browser()

    assert browser.get(path).calls == 1
    assert browser.get(path).calls == 0


@pytest.mark.parametrize("path", LISTS)
def test_while_apigee_is_silent_what_it_decides_about_is_left_out(house: House, path: str) -> None:
    house.apigee.fail("products.all", DOWN)
    answer = house.browser().get(path)

    assert answer.status == 200
    assert "/docs/guides/first" in answer.body
    assert "/apis/api-" not in answer.body


def test_the_lists_are_limited(build: Build) -> None:
    browser = build(limits={"machines": "2 per minute"}).browser()

    assert [browser.get("/llms.txt").status for _ in range(3)] == [200, 200, 429]
    assert browser.get("/robots.txt").status == 200
