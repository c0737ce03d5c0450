"""The product catalogue."""

import pytest

from app.domain.errors import Upstream, UpstreamKind
from tests.routes.client import Browser
from tests.routes.house import House

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
