"""The search: everybody finds what they may see, and no trace of anything else."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from app.domain.errors import Upstream, UpstreamKind
from app.domain.products import ApiProduct
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.page import words
from tests.unit.writing import write_docs

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
PAGES = {
    "index.md": "# Documentation\n\nThe zebra greets you.\n",
    "guides/zebra.md": "---\ntitle: Riding\n---\n\nFirst.\n\n"
    "## Feed the zebra\n\nWith \\<hay> & oats.\n",
    "inside/index.md": "---\ntitle: Inside\naudience: [support]\n---\n\nThe striped zebra.\n",
}
HIDDEN = ("Secretariat", "striped", "Inside", "Zebra (internal)", "zebra-internal")


def publish(root: Path, slug: str, title: str, product: str = "", operations: int = 1) -> None:
    folder = root / "apis" / slug
    folder.mkdir(parents=True)
    paths = {
        f"/{slug}/{number}": {
            "get": {
                "operationId": f"get{title}{number}",
                "summary": f"{title} no. {number} of the zebra",
                "responses": {},
            }
        }
        for number in range(operations)
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "paths": paths,
        "components": {"schemas": {f"{title}Zebra": {"type": "object"}}},
    }
    folder.joinpath("d.json").write_text(json.dumps(document))
    products = json.dumps([product] if product else [])
    folder.joinpath("api.toml").write_text(
        f'document = "d.json"\nbase_url = "https://x.example"\nproducts = {products}\n'
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    content = tmp_path / "content"
    write_docs(content / "docs", PAGES)
    publish(content, "stables", "Stables", operations=47)
    publish(content, "secret", "Secretariat", "zebra-internal")
    return content


@pytest.fixture
def zoo(build: Build, root: Path) -> House:
    house = build(content_dir=str(root))
    house.apigee.put_product(
        ApiProduct("zebra-public", "Zebra (public)", description="All of the zebra.")
    )
    house.apigee.put_product(ApiProduct("zebra-internal", "Zebra (internal)", access="internal"))
    return house


def parts(answer: Answer) -> list[str]:
    return [told for heading in answer.page.all("h2") if (told := words(heading))]


def test_a_visitor_finds_what_is_public_by_kind_with_counts(zoo: House) -> None:
    answer = zoo.browser().get("/search?q=zebra")

    assert answer.status == 200
    assert "51 results for “zebra”" in answer.text
    assert parts(answer) == ["Documentation 2", "Products 1", "Operations 47", "Schemas 1"]
    assert {
        "/docs/",
        "/docs/guides/zebra#feed-the-zebra",
        "/products/zebra-public",
        "/apis/stables/getStables0",
        "/apis/stables/schemas/StablesZebra",
        "/search?q=zebra&kind=operations",
    } <= set(answer.page.links)
    assert "<mark>zebra</mark>" in answer.body
    assert "With &lt;hay&gt; &amp; oats." in answer.body


@pytest.mark.parametrize("query", ["zebra", "secretariat", "striped", "getSecretariat0", "inside"])
@pytest.mark.parametrize("path", ["/search?", "/search?part=suggestions&"])
def test_who_may_not_see_it_finds_no_trace_of_it(zoo: House, query: str, path: str) -> None:
    zoo.developer("dana")
    for browser in (zoo.browser(), zoo.signed_in("dana")):
        for with_htmx in (False, True):
            body = browser.get(f"{path}q={query}", with_htmx=with_htmx).body
            told = body.replace(query, "")  # in the title, the field and addresses
            assert not [name for name in HIDDEN if name in told]
    nothing = zoo.browser().get("/search?q=secretariat")
    missing = zoo.browser().get("/search?q=terracottas")
    assert nothing.lasting == missing.lasting.replace("terracottas", "secretariat")


def test_whoever_may_see_it_finds_it(zoo: House) -> None:
    support = zoo.signed_in("sam", roles=frozenset({"support"}))
    assert "/docs/inside/" in support.get("/search?q=striped").page.links
    assert "/apis/secret" not in support.get("/search?q=secretariat").page.links
    ada = zoo.administrator()
    links = ada.get("/search?q=secretariat").page.links
    assert {"/apis/secret", "/apis/secret/getSecretariat0"} <= set(links)
    assert "/docs/inside/" not in ada.get("/search?q=striped").page.links
    assert "Products 2" in parts(ada.get("/search?q=zebra"))


def test_without_public_reading_a_visitor_signs_in_first(build: Build, root: Path) -> None:
    house = build(content_dir=str(root), public_reading=False)
    answer = house.browser().get("/search?q=zebra")
    assert (answer.status, answer.location) == (302, "/sign-in?next=/search?q%3Dzebra")
    part = house.browser().get("/search?q=zebra&part=suggestions", with_htmx=True)
    assert (part.status, part.body) == (401, "")
    assert "/search" not in house.browser().get("/signed-out").page.links
    house.developer("dana")
    assert "Operations 47" in parts(house.signed_in("dana").get("/search?q=zebra"))


def test_one_kind_is_shown_page_by_page(zoo: House) -> None:
    browser = zoo.browser()
    first = browser.get("/search?q=zebra&kind=operations")
    second = browser.get("/search?q=zebra&kind=operations&page=2")
    third = browser.get("/search?q=zebra&kind=operations&page=3")

    found = [
        {link for link in page.page.links if link.startswith("/apis/stables/get")}
        for page in (first, second, third)
    ]
    assert [len(links) for links in found] == [20, 20, 7]
    assert len(set.union(*found)) == 47
    assert "/search?q=zebra&kind=operations&page=2" in first.page.links
    assert "/search?q=zebra&kind=operations&page=1" in second.page.links
    assert "/search?q=zebra&kind=operations&page=4" not in third.page.links
    assert "47 results for “zebra” in Operations" in second.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", ""])
def test_a_page_that_is_no_number_is_the_first(zoo: House, page: str) -> None:
    answer = zoo.browser().get(f"/search?q=zebra&kind=operations&page={page}")
    assert (answer.status, "/search?q=zebra&kind=operations&page=2" in answer.page.links) == (
        200,
        1,
    )


@pytest.mark.parametrize("page", ["4", "51", "99999", "9" * 40])
@pytest.mark.parametrize(("kind", "last"), [("operations", 3), ("products", 1), ("pages", 1)])
def test_a_page_after_the_last_leads_to_the_last(
    zoo: House, kind: str, last: int, page: str
) -> None:
    answer = zoo.browser().get(f"/search?q=zebra&kind={kind}&page={page}")
    assert answer.status == 302
    assert answer.location == f"/search?q=zebra&kind={kind}&page={last}"
    assert zoo.browser().get(answer.location).status == 200


def test_a_kind_that_there_is_not_is_refused(zoo: House) -> None:
    assert zoo.browser().get("/search?q=zebra&kind=accounts").status == 422


def test_suggestions_are_options_that_lead_to_the_pages(zoo: House) -> None:
    answer = zoo.browser().get("/search?q=zeb&part=suggestions", with_htmx=True)
    options = answer.page.all("a", role="option")

    assert answer.status == 200
    assert [each.get("href") for each in options][-1] == "/search?q=zeb"
    assert len(options) == 2 + 1 + 3 + 1 + 1
    assert len({each.get("id") for each in options}) == len(options)
    assert "<html" not in answer.body
    assert answer.header("Cache-Control") == "no-store"
    nothing = zoo.browser().get("/search?q=&part=suggestions", with_htmx=True)
    assert nothing.body.strip() == ""


def test_the_field_of_the_top_bar_works_without_a_script(zoo: House) -> None:
    page = zoo.browser().get("/").page
    [form] = page.all("form", action="/search")
    assert form.get("method") == "get"
    assert "/search" in page.links


def test_a_query_stays_in_the_field_and_nothing_found_says_what_to_do(zoo: House) -> None:
    answer = zoo.browser().get("/search?q=" + quote('no "such" <thing>'))
    assert [field.get("value") for field in answer.page.all("input", name="q")] == [
        'no "such" <thing>'
    ]
    assert "Nothing matches" in answer.text
    assert {"/docs/", "/apis", "/products"} <= set(answer.page.links)
    assert "<thing>" not in answer.body
    assert "What are you looking for?" in zoo.browser().get("/search").text


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "*",
        "NEAR(",
        "zebra OR",
        "'; DROP TABLE entry",
        "\0",
        "😀",
        "%00",
        "x" * 7_000,
        "a b " * 999,
    ],
)
def test_whatever_is_typed_gets_a_page(zoo: House, query: str) -> None:
    for path in ("/search?q=", "/search?part=suggestions&q=", "/search?kind=schemas&q="):
        assert zoo.browser().get(path + quote(query), with_htmx=True).status == 200
    assert zoo.browser().get("/search?q=" + quote(query)).status == 200


def test_it_costs_no_call_when_the_catalogue_is_known(zoo: House) -> None:
    browser = zoo.browser()
    browser.get("/search?q=zebra")
    for path in ("/search?q=oats", "/search?part=suggestions&q=zeb", "/search?q=x&kind=products"):
        assert browser.get(path).calls == 0


def test_while_apigee_is_away_the_rest_is_found_with_a_sentence(zoo: House) -> None:
    zoo.apigee.fail("*", DOWN)
    answer = zoo.browser().get("/search?q=zebra")
    assert answer.status == 200
    assert parts(answer)[:2] == ["Documentation 2", "Operations 47"]
    assert "Apigee does not say which products there are" in answer.text
    assert "Secretariat" not in answer.text


def test_sixty_searches_a_minute_are_answered(build: Build, root: Path) -> None:
    browser = build(content_dir=str(root), limits={"multiplier": 1}).browser()
    for _ in range(60):
        assert browser.get("/search").status == 200  # looks for nothing, so it does not count
    told = [browser.get("/search?q=x&part=suggestions").status for _ in range(61)]
    assert told == [200] * 60 + [429]


def test_what_is_searched_for_is_in_no_log(zoo: House, caplog: pytest.LogCaptureFixture) -> None:
    zoo.browser().get("/search?q=my-own-key-in-the-field")
    assert "my-own-key" not in caplog.text


def test_a_changed_page_is_found_as_it_is_now(build: Build, root: Path) -> None:
    browser: Browser = build(content_dir=str(root), content={"reload": True}).browser()
    assert "/docs/" in browser.get("/search?q=greets").page.links
    (root / "docs" / "index.md").write_text("# Documentation\n\nThe okapi waves.\n")
    assert "/docs/" in browser.get("/search?q=okapi").page.links
    assert "/docs/" not in [
        link for link in browser.get("/search?q=greets").page.links if "greets" in link
    ]
