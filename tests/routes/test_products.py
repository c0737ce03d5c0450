"""The product catalogue."""

from pathlib import Path

import pytest

from app.domain.attributes import Attribute
from app.domain.errors import Upstream, UpstreamKind
from app.domain.products import ApiProduct, Approval, Operation, Quota
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.page import words

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")


def test_everybody_reads_the_public_products(anonymous: Browser) -> None:
    answer = anonymous.get("/products")
    assert answer.status == 200
    assert "Weather (free)" in answer.text
    assert "2 products" in answer.text
    assert "Maps for partners" not in answer.text


def test_the_list_costs_one_call_and_then_none(anonymous: Browser) -> None:
    assert anonymous.get("/products").calls == 1
    assert anonymous.get("/products?q=pay").calls == 0
    assert anonymous.get("/products/payments").calls == 0


def test_a_search_answers_a_part(anonymous: Browser) -> None:
    answer = anonymous.get("/products?q=PAY", with_htmx=True)
    assert answer.page.by_id("products") is not None
    assert "Payments" in answer.text
    assert "Weather" not in answer.text
    assert "No product matches" in anonymous.get("/products?q=zz", with_htmx=True).text


def test_an_administrator_sees_internal_products_too(ada: Browser) -> None:
    assert "Ledger" in ada.get("/products").text
    assert ada.get("/products/ledger").status == 200


def test_a_product_is_explained_with_its_apis(anonymous: Browser) -> None:
    answer = anonymous.get("/products/weather-free")
    assert answer.page.heading == "Weather (free)"
    assert "Weather of today" in answer.text
    assert "YOUR_API_KEY" in answer.page.text_of("curl-1")
    assert "/apps/new?products=weather-free" in answer.page.links


def test_a_product_without_a_described_api_says_so(anonymous: Browser) -> None:
    assert "No API is described" in anonymous.get("/products/payments").text


@pytest.mark.parametrize("name", ["ledger", "maps-partner", "no-such-product"])
def test_a_hidden_product_answers_like_a_missing_one(anonymous: Browser, name: str) -> None:
    answer = anonymous.get(f"/products/{name}")
    assert answer.status == 404
    assert "There is no such product." in answer.text
    part = anonymous.get(f"/products/{name}", with_htmx=True)
    assert (part.status, part.toasts) == (404, ["There is no such product."])


def test_the_list_is_shown_with_its_time_while_apigee_is_down(house: House) -> None:
    browser = house.browser()
    browser.get("/products")
    house.clock.advance(600)
    for _ in range(9):
        house.apigee.fail("*", DOWN)
    answer = browser.get("/products")
    assert "This is what was known at 1 Mar 2026, 12:00 UTC" in answer.text
    assert "Weather (free)" in answer.text
    assert "This is what was known" in browser.get("/products/weather-free").text


def test_the_form_of_a_new_app_says_how_old_its_products_are(house: House) -> None:
    house.developer("dana")
    dana = house.signed_in("dana")
    assert "This is what was known" not in dana.get("/apps/new").text
    house.clock.advance(600)
    for _ in range(2):
        house.apigee.fail("products.all", DOWN)
    answer = dana.get("/apps/new")
    assert answer.status == 200
    assert "This is what was known at 1 Mar 2026, 12:00 UTC" in answer.text
    assert "Weather (free)" in answer.text


def test_without_any_copy_the_list_says_so_and_the_page_is_unavailable(house: House) -> None:
    for _ in range(2):
        house.apigee.fail("*", DOWN)
    browser = house.browser()
    answer = browser.get("/products")
    assert answer.status == 200
    assert "Products cannot be read right now" in answer.text
    assert browser.get("/products/weather-free").status == 503


def test_without_any_product_the_list_says_whom_to_ask(house: House) -> None:
    house.apigee.by_product.clear()
    answer = house.browser().get("/products")
    assert "No products for you yet" in answer.text
    assert "help@example.com" in answer.text


def fill(house: House, count: int) -> None:
    """Put so many products on Apigee, instead of the usual ones."""
    house.apigee.by_product.clear()
    for number in range(count):
        house.apigee.put_product(
            ApiProduct(
                *(f"p{number:03}", f"Product {number:03}"),
                approval=Approval.MANUAL if number % 2 else Approval.AUTO,
                environments=("prod",) if number % 5 else ("test", "prod"),
            )
        )


def rows(answer: Answer) -> list[str]:
    return [words(item) for item in answer.page.root.iter("a") if item.get("class") == "row-link"]


def test_250_products_come_in_pages_for_one_call(house: House) -> None:
    fill(house, 250)
    browser = house.browser()
    first = browser.get("/products")
    assert (first.calls, len(rows(first))) == (1, 50)
    assert "1 to 50 of 250 products" in first.text
    assert len(first.body) < 80_000
    (after,) = [link for link in first.page.links if "page=2" in link]
    second = browser.get(after)
    assert (second.calls, rows(second)[0]) == (0, "Product 050")
    last = browser.get("/products?page=99999")
    assert "201 to 250 of 250 products" in last.text
    assert [link for link in last.page.links if "page=" in link] == ["/products?page=4"]


def test_filters_narrow_and_links_keep_them(house: House) -> None:
    fill(house, 250)
    answer = house.browser().get("/products?approval=manual&environment=test&q=product&sort=-name")
    assert "25 products, 250 in all" in answer.text
    assert rows(answer)[0] == "Product 245"
    form = answer.page.form("/products", "get")
    assert form.values == {
        "q": ["product"],
        "approval": ["manual"],
        "environment": ["test"],
        "sort": ["-name"],
    }
    (sort,) = [item for item in answer.page.root.iter("a") if item.get("class") == "sort"]
    assert sort.get("href") == "/products?q=product&approval=manual&environment=test"


def test_an_api_narrows_to_the_products_that_open_it(anonymous: Browser) -> None:
    answer = anonymous.get("/products?api=weather", with_htmx=True)
    assert rows(answer) == ["Weather (free)"]
    assert "1 product, 2 in all" in answer.text


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=²", "page=9999999999999", "sort=price"],
)
def test_what_an_address_says_wrongly_is_left_out(anonymous: Browser, query: str) -> None:
    assert len(rows(anonymous.get(f"/products?{query}"))) == 2


def test_without_a_match_the_list_says_what_was_asked(anonymous: Browser) -> None:
    chosen = anonymous.get("/products?environment=moon&approval=manual&api=weather")
    assert "None of the 2 products that are open to you fits these choices." in chosen.text
    both = anonymous.get("/products?q=zz&api=weather")
    assert "and fits the other choices" in both.text


def test_only_who_is_signed_in_has_the_list_read_anew(house: House) -> None:
    browser, ravi = house.browser(), house.signed_in("ravi")
    assert browser.get("/products").calls == 1
    assert browser.get("/products?refresh=1").calls == 0
    assert "Refresh" not in browser.get("/products").text
    assert "As of 12:00 UTC" in ravi.get("/products").text
    assert ravi.get("/products?refresh=1").calls == 1


def test_a_page_says_everything_about_a_product(build: Build) -> None:
    house = build(products={"attributes": {"sla": "Availability"}})
    house.apigee.put_product(
        ApiProduct(
            *("gold", "Gold", "Rates of metals."),
            approval=Approval.MANUAL,
            scopes=("rates.read",),
            quota=Quota("1000", "2", "hour"),
            environments=("test", "prod"),
            proxies=("rates", "news"),
            operations=(Operation("rates", "/today", ("GET",), Quota("5", "1", "minute")),),
            attributes=(Attribute("sla", "99.9 %"), Attribute("margin", "not for people")),
        )
    )
    answer = house.browser().get("/products/gold")
    for text in (
        *("Rates of metals.", "Needs approval", "The product's owner approves it for each key."),
        *("1,000 calls per 2 hours", "Some operations have a quota of their own"),
        *("test, prod", "rates.read", "Availability 99.9 %"),
        *("rates 5 calls per minute, counted apart", "GET /today", "news ALL /**"),
    ):
        assert text in answer.text
    assert "not for people" not in answer.body


def test_a_product_without_an_api_shows_no_call(anonymous: Browser) -> None:
    answer = anonymous.get("/products/payments")
    assert "No API is described for this product yet" in answer.text
    assert "curl" not in answer.body


def test_get_access_leads_to_the_form_after_signing_in(house: House) -> None:
    house.developer("dana")
    browser = house.browser()
    wanted = "/apps/new?products=payments"
    assert wanted in browser.get("/products/payments").page.links
    asked = browser.get(wanted)
    assert asked.location == "/sign-in?next=/apps/new?products%3Dpayments"
    landed = browser.sign_in("dana", following=wanted).location
    assert landed == wanted
    form = browser.get(landed).page.form("/apps/new")
    assert form.values["products"] == ["payments"]


def test_a_developer_sees_the_own_apps_that_have_it(house: House) -> None:
    house.developer("dana")
    first, second = house.apigee.new_key("payments"), house.apigee.new_key("weather-free")
    house.apigee.add_app("dana@example.com", "trip", first)
    house.apigee.add_app("dana@example.com", "shop", second)
    dana = house.signed_in("dana")
    dana.get("/apps")
    dana.get("/products")
    answer = dana.get("/products/payments")
    assert answer.calls == 0
    assert "With this product trip Key 1" in answer.page.text_of("own-apps")
    assert "/apps/trip" in answer.page.links
    to_the_key = f"/apps/shop/keys/{second.key_id}/products?products=payments"
    assert to_the_key in answer.page.links
    form = dana.get(to_the_key).page.form(to_the_key.partition("?")[0])
    assert sorted(form.values["products"]) == ["payments", "weather-free"]


@pytest.mark.parametrize(
    ("number_of_apps", "told"),
    [(11, "1 more of your keys is not"), (12, "2 more of your keys are not")],
)
def test_many_own_keys_are_searched(house: House, number_of_apps: int, told: str) -> None:
    house.developer("dana")
    for number in range(number_of_apps):
        key = house.apigee.new_key("weather-free")
        house.apigee.add_app("dana@example.com", f"trip-{number:02}", key)
    dana = house.signed_in("dana")
    answer = dana.get("/products/payments")
    assert f"{told} listed here" in answer.page.text_of("own-apps")
    part = dana.get("/products/payments?q=trip-10", with_htmx=True)
    assert "/apps/trip-10" in part.page.links
    assert "/apps/trip-00" not in part.page.links
    none = dana.get("/products/payments?q=zz", with_htmx=True)
    assert "has “zz” in its name or products" in none.text


def test_others_are_told_how_to_get_there(house: House) -> None:
    page = house.browser().get("/products/payments").page
    assert page.by_id("own-apps") is None
    assert "/sign-in?next=/products/payments" in page.links
    newcomer = house.signed_in("ravi").get("/products/payments").page
    assert "/register?next=/products/payments" in newcomer.links


def test_an_outage_of_the_apps_leaves_the_product_readable(house: House) -> None:
    house.developer("dana")
    dana = house.signed_in("dana")
    dana.get("/products")
    for _ in range(4):
        house.apigee.fail("apps.page", DOWN)
        house.apigee.fail("developers.get", DOWN)
    answer = dana.get("/products/payments")
    assert answer.status == 200
    assert "Your apps cannot be read right now" in answer.text


RULES = """
class Rules:
    def may_request(self, person, product):
        if product.name == "weather-free":
            raise RuntimeError("broken")
        return "It is for partners."
    def before_write(self, write):
        return None
    def after_write(self, write):
        pass
"""


def test_who_may_not_request_a_product_reads_why_before_asking(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page_rules.py").write_text(RULES)
    monkeypatch.syspath_prepend(str(tmp_path))
    house = build(policy="page_rules:Rules")
    house.developer("dana")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    dana = house.signed_in("dana")
    answer = dana.get("/products/payments")
    assert "You cannot request this product It is for partners." in answer.text
    assert not [link for link in answer.page.links if "products=payments" in link]
    broken = dana.get("/products/weather-free")
    assert (broken.status, "could not be checked" in broken.text) == (200, True)
    assert "With this product trip Key 1" in broken.page.text_of("own-apps")
    assert "/apps/new?products=payments" in house.browser().get("/products/payments").page.links
