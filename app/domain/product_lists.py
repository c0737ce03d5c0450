"""Lists of API products: what is looked for, and the page of them that is shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.apis import Api
from app.domain.products import ApiProduct, Approval

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product with the APIs of the portal that it opens."""

    product: ApiProduct
    apis: tuple[Api, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductSearch:
    """What is looked for; everything that is given must fit, and what is empty always does.

    ``api`` is an API's slug. Pages count from 1; one after the last shows the last.
    """

    query: str = ""
    approval: Approval | None = None
    environment: str = ""
    api: str = ""
    descending: bool = False
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.query) or self.is_filtered

    @property
    def is_filtered(self) -> bool:
        """Whether anything is chosen besides words."""
        return bool(self.approval or self.environment or self.api)

    def finds(self, listed: ListedProduct) -> bool:
        """Tell whether the product fits; words are looked for in its names and description."""
        product = listed.product
        return (
            self.approval in {None, product.approval}
            and (not self.environment or product.is_in(self.environment))
            and (not self.api or any(api.slug == self.api for api in listed.apis))
            and _has_words(listed, self.query.casefold().split())
        )


@dataclass(frozen=True, slots=True)
class ProductPage:
    """The products of one page; ``total`` are found, ``offered`` the reader may see at all.

    ``environments`` and ``apis`` are those of all that are offered: what can be chosen.
    """

    rows: tuple[ListedProduct, ...]
    total: int
    offered: int
    number: int
    pages: int
    environments: tuple[str, ...]
    apis: tuple[Api, ...]

    @property
    def first(self) -> int:
        """The position of the first row, from 1."""
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The position of the last row."""
        return self.first + len(self.rows) - 1


def page_of(offered: Sequence[ListedProduct], wanted: ProductSearch) -> ProductPage:
    """Return the wanted page of the products that the reader may see, which come by name."""
    found = [item for item in offered if wanted.finds(item)]
    if wanted.descending:
        found.reverse()
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(1, wanted.page), pages)
    apis = {api.slug: api for item in offered for api in item.apis}
    return ProductPage(
        rows=tuple(found[(number - 1) * PAGE : number * PAGE]),
        total=len(found),
        offered=len(offered),
        number=number,
        pages=pages,
        environments=_environments(offered),
        apis=tuple(sorted(apis.values(), key=lambda api: api.title.casefold())),
    )


def _environments(offered: Iterable[ListedProduct]) -> tuple[str, ...]:
    return tuple(sorted({name for item in offered for name in item.product.environments}))


def _has_words(listed: ListedProduct, words: Sequence[str]) -> bool:
    if not words:
        return True
    product = listed.product
    titles = " ".join(api.title for api in listed.apis)
    text = f"{product.name} {product.display_name} {product.description} {titles}".casefold()
    return all(word in text for word in words)
