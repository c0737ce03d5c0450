"""API products of the organization: ``/apiproducts`` of the management API."""

from collections.abc import Sequence
from typing import Any

from app.apigee.client import ApigeeClient, Call
from app.apigee.fields import listed
from app.apigee.lists import PAGE, every_item
from app.apigee.paths import path
from app.apigee.wire_products import product_from
from app.domain.products import ApiProduct


class ProductsClient:
    """The port ``ApigeeProducts`` over HTTP."""

    def __init__(self, client: ApigeeClient) -> None:
        self._client = client

    def all(self) -> Sequence[ApiProduct]:
        """Return every product of the organization; one call for each 1000."""
        return tuple(every_item(self._page, lambda product: product.name))

    def _page(self, start: str | None) -> Sequence[ApiProduct]:
        query = {"expand": "true", "count": str(PAGE)}
        call = Call(
            operation="products.all",
            method="GET",
            path=path("apiproducts"),
            thing="an API product",
            query=query if start is None else {**query, "startKey": start},
        )
        return self._client.ask(call, _products)


def _products(answer: Any) -> tuple[ApiProduct, ...]:
    return tuple(product_from(item) for item in listed(answer, "apiProduct"))
