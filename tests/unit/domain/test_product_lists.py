"""Looking for products: what fits, in which order, page by page."""

import pytest

from app.domain.apis import Api, KeyPlace
from app.domain.product_lists import PAGE, ListedProduct, ProductSearch, page_of
from app.domain.products import ApiProduct, Approval


def api(slug: str) -> Api:
    """Return an API of that name."""
    return Api(slug, slug.title(), "", (), "https://api.example", KeyPlace.HEADER, "x-apikey")


GOLD = ListedProduct(
    ApiProduct(
        *("gold", "Gold rates", "Prices of metals"),
        approval=Approval.MANUAL,
        environments=("test", "prod"),
    ),
    (api("rates"), api("charts")),
)
MAPS = ListedProduct(ApiProduct("maps", "Maps", environments=("prod",)), (api("tiles"),))
NEWS = ListedProduct(ApiProduct("news", "News"))
ALL = (GOLD, MAPS, NEWS)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ProductSearch(), ["gold", "maps", "news"]),
        (ProductSearch(descending=True), ["news", "maps", "gold"]),
        (ProductSearch("GOLD"), ["gold"]),
        (ProductSearch("metals gold"), ["gold"]),
        (ProductSearch("metals maps"), []),
        (ProductSearch("charts"), ["gold"]),
        (ProductSearch("  "), ["gold", "maps", "news"]),
        (ProductSearch(approval=Approval.MANUAL), ["gold"]),
        (ProductSearch(approval=Approval.AUTO), ["maps", "news"]),
        (ProductSearch(environment="test"), ["gold", "news"]),
        (ProductSearch(environment="other"), ["news"]),
        (ProductSearch(api="tiles"), ["maps"]),
        (ProductSearch(api="rates", environment="prod"), ["gold"]),
        (ProductSearch(api="rates", approval=Approval.AUTO), []),
    ],
)
def test_what_is_given_must_all_fit(wanted: ProductSearch, found: list[str]) -> None:
    page = page_of(ALL, wanted)
    assert [row.product.name for row in page.rows] == found
    assert (page.total, page.offered) == (len(found), 3)


def test_what_can_be_chosen_does_not_depend_on_what_is_chosen() -> None:
    page = page_of(ALL, ProductSearch("nothing fits this"))
    assert page.environments == ("prod", "test")
    assert [item.slug for item in page.apis] == ["charts", "rates", "tiles"]


def test_long_lists_come_in_pages() -> None:
    many = [ListedProduct(ApiProduct(f"p{n:03}", f"P {n:03}")) for n in range(2 * PAGE + 1)]
    pages = [page_of(many, ProductSearch(page=number)) for number in (1, 2, 3, 4, 0)]
    assert [(page.number, page.first, page.last) for page in pages] == [
        *((1, 1, 50), (2, 51, 100), (3, 101, 101)),
        *((3, 101, 101), (1, 1, 50)),
    ]
    assert {page.pages for page in pages} == {3}
    assert [row.product.name for row in pages[2].rows] == ["p100"]


def test_without_products_there_is_one_empty_page() -> None:
    page = page_of((), ProductSearch(page=7))
    assert (page.rows, page.number, page.pages, page.total) == ((), 1, 1, 0)


def test_a_search_knows_whether_it_leaves_anything_out() -> None:
    assert not ProductSearch(descending=True, page=3).narrows
    assert ProductSearch("x").narrows
    assert not ProductSearch("x").is_filtered
    assert ProductSearch(environment="prod").narrows
