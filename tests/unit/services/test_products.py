"""The catalogue as one person may see it, and calls that are ready to run."""

from dataclasses import replace

import pytest

from app.domain.apis import Api, ApiOperation, KeyPlace
from app.domain.errors import InvalidInput, NotFound, Upstream
from app.domain.product_lists import ProductSearch
from app.domain.products import ApiProduct
from tests.unit.services.house import DOWN, NOON, House

ADMINISTRATOR = frozenset({"administrator"})


def api(slug: str, *products: str, method: str = "GET") -> Api:
    """Return an API with one operation."""
    return Api(
        *(slug, slug.title(), "", products, f"https://api.example/{slug}"),
        key_place=KeyPlace.HEADER,
        key_name="x-apikey",
        operations=(ApiOperation("today", method, "/today"),),
    )


def test_people_see_the_products_of_their_roles_by_title(house: House) -> None:
    house.apigee.add_product("zebra", "animals")
    house.apigee.add_product("secret", "Secret", access="private")
    products = house.portal.products
    assert [item.name for item in products.visible(())] == ["zebra", "weather-free"]
    assert [item.name for item in products.visible(ADMINISTRATOR)] == [
        *("zebra", "ledger", "weather-free")
    ]


def test_the_catalogue_is_read_once_for_everybody(house: House) -> None:
    for _ in range(3):
        house.portal.products.visible(())
        house.portal.products.get("weather-free", ())
        house.portal.products.titles()
    assert house.asked() == ["products.all"]
    house.clock.pass_by(300)
    house.portal.products.catalogue()
    assert house.asked() == ["products.all"]


def test_a_page_holds_only_what_the_reader_may_see(house: House) -> None:
    house.apis.apis = [api("books", "ledger"), api("weather", "weather-free")]
    house.apigee.put_product(
        ApiProduct("ledger", "The ledger", access="internal", environments=("secret-lab",))
    )
    products = house.portal.products
    page = products.page((), ProductSearch()).value
    assert [row.product.name for row in page.rows] == ["weather-free"]
    assert ([item.slug for item in page.apis], page.environments) == (["weather"], ())
    for wanted in (ProductSearch(query="ledger"), ProductSearch(api="books")):
        assert (products.page((), wanted).value.total, page.offered) == (0, 1)
        assert products.page(ADMINISTRATOR, wanted).value.total == 1
    assert products.page(ADMINISTRATOR, ProductSearch()).value.environments == ("secret-lab",)


def test_a_page_is_read_from_the_cache_unless_it_is_refreshed(house: House) -> None:
    products = house.portal.products
    products.page((), ProductSearch())
    products.page((), ProductSearch(query="x"))
    assert house.asked() == ["products.all"]
    house.apigee.add_product("new", "New")
    assert products.page((), ProductSearch(), refresh=True).value.total == 2
    assert house.asked() == ["products.all"]


def test_a_page_and_a_view_say_how_old_they_are(house: House) -> None:
    house.portal.products.catalogue()
    house.clock.pass_by(400)
    for _ in range(3):
        house.apigee.fail("products.all", DOWN)
    products = house.portal.products
    page, view = products.page((), ProductSearch()), products.view("weather-free", ())
    offered = products.offered(())
    assert {page.at, view.at, offered.at} == {NOON}
    assert page.stale
    assert view.stale
    assert offered.stale


def test_an_api_without_a_simple_call_is_shown_without_one(house: House) -> None:
    house.apis.apis = [
        api("orders", "weather-free", method="POST"),
        api("weather", "weather-free"),
        api("books", "ledger"),
    ]
    view = house.portal.products.view("weather-free", ()).value
    assert [item.slug for item in view.apis] == ["orders", "weather"]
    assert list(view.calls) == ["weather"]


def test_a_hidden_product_answers_like_a_missing_one(house: House) -> None:
    texts = set()
    for name in ("ledger", "nothing"):
        for read in (house.portal.products.get, house.portal.products.view):
            with pytest.raises(NotFound) as missing:
                read(name, frozenset({"developer"}))
            texts.add(missing.value.message)
    assert len(texts) == 1
    assert house.portal.products.get("ledger", ADMINISTRATOR).name == "ledger"


def test_requested_products_come_once_each(house: House) -> None:
    names = ["weather-free", "ledger", "weather-free"]
    requested = house.portal.products.requested(names, ADMINISTRATOR)
    assert [item.name for item in requested] == ["weather-free", "ledger"]
    for wrong in ([], ["ledger"], ["nothing", "weather-free"]):
        with pytest.raises(InvalidInput) as refused:
            house.portal.products.requested(wrong, ())
        assert set(refused.value.fields) == {"products"}


def test_titles_are_missing_rather_than_an_error(house: House) -> None:
    house.apigee.fail("products.all", DOWN)
    assert house.portal.products.titles() == {}
    assert house.portal.products.titles()["ledger"] == "The ledger"


def test_the_catalogue_says_how_old_it_is(house: House) -> None:
    house.portal.products.catalogue()
    house.clock.pass_by(400)
    house.apigee.fail("products.all", DOWN)
    known = house.portal.products.as_of()
    assert (known.at, known.stale, len(known.value)) == (NOON, True, 2)


def test_without_a_catalogue_products_fail(house: House) -> None:
    house.apigee.fail("products.all", DOWN)
    with pytest.raises(Upstream):
        house.portal.products.visible(())


def test_the_catalogue_cannot_be_changed_by_who_reads_it(house: House) -> None:
    catalogue = house.portal.products.catalogue()
    with pytest.raises(TypeError):
        catalogue["mine"] = catalogue["ledger"]  # type: ignore[index] # it must not be possible


def test_every_api_of_the_products_has_one_call(house: House) -> None:
    house.apis.apis = [
        api("weather", "weather-free", "ledger"),
        api("books", "ledger"),
        api("orders", "ledger", method="POST"),
        api("other", "other"),
    ]
    calls = house.portal.products.calls(["weather-free", "ledger"], "a key")
    assert [call.api.slug for call in calls] == ["weather", "books"]
    assert calls[0].curl == "curl -H 'x-apikey: a key' https://api.example/weather/today"
    assert "a key" not in repr(calls)
    (placeholder,) = house.portal.products.calls(["weather-free"])
    assert "YOUR_API_KEY" in placeholder.curl


def test_no_call_is_shown_that_a_product_does_not_open(house: House) -> None:
    house.apis.apis = [replace(api("weather", "weather-free", "ledger"), environments=("prod",))]
    products = house.portal.products
    assert len(products.calls(["weather-free"])) == 1  # nothing is known of the product yet
    house.apigee.put_product(ApiProduct("weather-free", "Weather", environments=("test",)))
    products.catalogue()
    house.asked()
    assert products.calls(["weather-free"]) == []
    assert len(products.calls(["weather-free", "ledger"])) == 1
    assert house.asked() == []
    view = products.view("weather-free", ()).value
    assert ([item.operations for item in view.apis], dict(view.calls)) == ([()], {})


def test_the_first_call_is_that_of_the_first_product_that_has_one(house: House) -> None:
    house.apis.apis = [api("orders", "ledger", method="POST"), api("weather", "weather-free")]
    found = house.portal.products.first_call(["ledger", "weather-free"])
    assert found
    assert found.api.slug == "weather"
    assert house.portal.products.first_call(["ledger"]) is None


def test_what_is_known_is_told_without_asking(house: House) -> None:
    products = house.portal.products
    assert (products.known_titles(), products.none_is_visible(())) == ({}, False)
    assert house.asked() == []
    products.catalogue()
    house.asked()
    house.clock.pass_by(600)
    assert products.known_titles()["ledger"] == "The ledger"
    assert not products.none_is_visible(())
    assert house.asked() == []


def test_it_is_known_when_somebody_sees_no_product(house: House) -> None:
    del house.apigee.by_product["weather-free"]
    house.portal.products.catalogue()
    assert house.portal.products.none_is_visible(())
    assert not house.portal.products.none_is_visible(ADMINISTRATOR)
