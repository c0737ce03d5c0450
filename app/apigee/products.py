"""API products of the organization: ``/apiproducts`` of the management API."""

from collections.abc import Sequence
from typing import Any, Final

from app.apigee.attributes import AttributesClient
from app.apigee.client import ApigeeClient, Call
from app.apigee.fields import listed
from app.apigee.lists import PAGE, every_item
from app.apigee.paths import path
from app.apigee.second_look import SECOND_LOOK, gone, settled
from app.apigee.wire_products import new_product_body, product_from
from app.domain.products import ApiProduct, NewProduct

PRODUCT: Final = "apiproducts/{product}"
THING: Final = "an API product"


class ProductsClient:
    """The port ``ApigeeProducts`` over HTTP."""

    def __init__(self, client: ApigeeClient) -> None:
        self._client = client

    def all(self) -> Sequence[ApiProduct]:
        """Return every product of the organization; one call for each 1000."""
        return tuple(every_item(self._page, lambda product: product.name))

    def get(self, name: str) -> ApiProduct:
        """Return one product; raise ``NotFound``."""
        return self._client.ask(_reading(name, "products.get"), product_from)

    def create(self, new: NewProduct) -> ApiProduct:
        """Create a product; raise ``AlreadyExists``, ``InvalidInput`` or ``OutcomeUnknown``."""
        call = Call(
            operation="products.create",
            method="POST",
            path=path("apiproducts"),
            thing=THING,
            body=new_product_body(new),
        )
        return self._client.ask(call, product_from)

    def delete(self, name: str) -> None:
        """Delete a product; raise ``NotFound``, or ``Upstream`` where keys still hold it."""
        call = Call(
            operation="products.delete",
            method="DELETE",
            path=path(PRODUCT, product=name),
            thing=THING,
        )
        look = _reading(name, "products.look")
        settled(
            lambda: self._client.tell(call),
            lambda: gone(lambda: self._client.ask(look, product_from, SECOND_LOOK)),
        )

    def attributes(self, name: str) -> AttributesClient:
        """Return the product's attributes, without a call."""
        return AttributesClient(self._client, PRODUCT, product=name)

    def _page(self, start: str | None) -> Sequence[ApiProduct]:
        query = {"expand": "true", "count": str(PAGE)}
        call = Call(
            operation="products.all",
            method="GET",
            path=path("apiproducts"),
            thing=THING,
            query=query if start is None else {**query, "startKey": start},
        )
        return self._client.ask(call, _products)


def _reading(name: str, operation: str) -> Call:
    return Call(operation=operation, method="GET", path=path(PRODUCT, product=name), thing=THING)


def _products(answer: Any) -> tuple[ApiProduct, ...]:
    return tuple(product_from(item) for item in listed(answer, "apiProduct"))
