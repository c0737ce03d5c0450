"""One operation of a document that a test writes, as its page would show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.content.openapi import describe
from app.content.reference.lift import lifted
from app.content.reference.operations import OperationReader
from app.content.reference.parts import below, unescaped
from app.content.shapes import plain
from app.domain.apis import Api, KeyPlace
from app.domain.reference import OperationReference

Document = Mapping[str, Any]


@dataclass(frozen=True)
class MappingParts:
    """Implements ``Parts`` over a document in memory."""

    document: Document

    def part(self, pointer: str) -> object | None:
        return below(self.document, map(unescaped, pointer.split("/")[1:]))

    def names(self, pointer: str) -> tuple[str, ...]:
        found = self.part(pointer)
        return tuple(found) if isinstance(found, Mapping) else ()


def api_of(document: Document, **facts: Any) -> Api:  # noqa: ANN401 - fields of an API
    found = describe(document, "x-apikey")
    known: dict[str, Any] = {
        "slug": "shop",
        "title": "Shop",
        "description": "",
        "products": (),
        "base_url": "https://shop.example/v1",
        "key_place": KeyPlace.HEADER,
        "key_name": "x-apikey",
        "operations": found.operations,
        "webhooks": found.webhooks,
    }
    return Api(**(known | facts))


def read(document: Document, operation_id: str = "", **facts: Any) -> OperationReference:  # noqa: ANN401 - fields of an API
    """Return the operation of that id, else the first."""
    document = plain(document)
    api = api_of(document, **facts)
    operation = api.operation(operation_id) if operation_id else api.operations[0]
    assert operation is not None
    found = OperationReader(api, MappingParts(lifted(document))).read(operation)
    assert found is not None
    return found


def posting(schema: object, **components: object) -> Document:
    """Return a document whose one operation takes JSON of this schema."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "paths": {
            "/things": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": schema}}},
                    "responses": {"204": {"description": "Done."}},
                }
            }
        },
        "components": {"schemas": components},
    }
