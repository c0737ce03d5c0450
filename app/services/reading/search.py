"""Searching for whatever one person may see: pages, APIs with all that is in them, products."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from app.domain.errors import Upstream
from app.domain.products import ApiProduct
from app.domain.search import (
    MOST_PRODUCT_TEXT,
    PAGE,
    Found,
    Group,
    Hit,
    Indexed,
    Kind,
    Query,
    Wanted,
    query_of,
)
from app.services.products import Products
from app.services.reading.apis import ApiReading
from app.services.reading.pages import PageReading
from app.services.reading.ports import SearchIndex

ORDER: Final = tuple(Kind)


class Search:
    """The search behind the rules of pages, APIs and products: what is hidden is not counted."""

    def __init__(
        self, index: SearchIndex, apis: ApiReading, pages: PageReading, products: Products
    ) -> None:
        self._index = index
        self._apis = apis
        self._pages = pages
        self._products = products

    def find(self, text: str, roles: Collection[str], *, most: int) -> Found:
        """Return the best of each kind, at most so many."""
        return self._find(query_of(text), roles, None, 0, most)

    def of_kind(self, kind: Kind, text: str, roles: Collection[str], page: int = 1) -> Found:
        """Return a page of what was found of one kind; one after the last is empty."""
        return self._find(query_of(text), roles, kind, (page - 1) * PAGE, PAGE)

    def _find(
        self, query: Query, roles: Collection[str], kind: Kind | None, first: int, most: int
    ) -> Found:
        if not query.words:
            self._index.prepare()  # somebody is about to type
            return Found(query)
        apis, knows_products = self._apis.known(roles)
        indexed = Indexed()
        if kind is not Kind.PRODUCTS:
            indexed = self._index.find(
                Wanted(
                    query=query,
                    pages=frozenset(entry.path for entry in self._pages.visible(roles)),
                    apis=frozenset(api.slug for api in apis),
                    kind=kind,
                    first=first,
                    most=most,
                )
            )
        groups = list(indexed.groups)
        if knows_products and kind in {None, Kind.PRODUCTS}:
            products, knows_products = self._visible_products(roles)
            groups += _products(products, query, first, most)
        groups.sort(key=lambda group: ORDER.index(group.kind))
        return Found(query, tuple(groups), indexed.is_whole, knows_products)

    def _visible_products(self, roles: Collection[str]) -> tuple[Sequence[ApiProduct], bool]:
        try:
            return self._products.visible(roles), True
        except Upstream:
            return (), False


def _products(
    products: Iterable[ApiProduct], query: Query, first: int, most: int
) -> tuple[Group, ...]:
    """Return the products whose names or descriptions have every word, by name before the rest."""
    found = [item for item in products if query.finds(_texts(item))]
    found.sort(key=lambda item: not query.finds(_texts(item)[:2]))
    if not found:
        return ()
    hits = tuple(
        Hit(Kind.PRODUCTS, item.name, "", item.display_name, text=item.description)
        for item in found[first : first + most]
    )
    return (Group(Kind.PRODUCTS, len(found), hits),)


def _texts(product: ApiProduct) -> tuple[str, str, str]:
    return product.display_name, product.name, product.description[:MOST_PRODUCT_TEXT]
