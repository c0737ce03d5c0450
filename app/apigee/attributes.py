"""Custom attributes of one object: ``…/attributes`` of the management API."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.apigee.client import ApigeeClient, Call
from app.apigee.fields import as_object, objects, text
from app.apigee.paths import path
from app.apigee.second_look import SECOND_LOOK, gone, settled
from app.apigee.wire import attribute_from
from app.domain.attributes import Attribute

THING: Final = "an attribute"


class AttributesClient:
    """The port ``ApigeeAttributes`` over HTTP, for the object at a path.

    ``template`` and ``names`` are those of the object, such as ``apiproducts/{product}``.
    """

    def __init__(self, client: ApigeeClient, template: str, **names: str) -> None:
        self._client = client
        self._template = template
        self._names = names

    def all(self) -> Sequence[Attribute]:
        """Return every attribute; raise ``NotFound``."""
        return self._client.ask(self._many("GET", "attributes.all"), _attributes)

    def get(self, name: str) -> str:
        """Return the value of one; raise ``NotFound``."""
        return self._client.ask(self._one("GET", "attributes.get", name), _value)

    def set(self, name: str, value: str) -> None:
        """Add or change one and leave the others alone; raise ``NotFound`` or ``InvalidInput``."""
        body = {"name": name, "value": value}
        call = self._one("POST", "attributes.set", name, body)
        look = self._one("GET", "attributes.get", name)

        def is_set() -> bool | None:
            return self._client.ask(look, _value, SECOND_LOOK) == value or None

        self._change(call, is_set)

    def remove(self, name: str) -> None:
        """Take one away; raise ``NotFound``."""
        call = self._one("DELETE", "attributes.remove", name)
        look = self._one("GET", "attributes.get", name)
        self._change(call, lambda: gone(lambda: self._client.ask(look, _value, SECOND_LOOK)))

    def replace(self, attributes: Sequence[Attribute]) -> None:
        """Put these in the place of all; raise ``NotFound`` or ``InvalidInput``."""
        pairs = [{"name": item.name, "value": item.value} for item in attributes]
        call = self._many("POST", "attributes.replace", {"attribute": pairs})
        look = self._many("GET", "attributes.all")

        def is_replaced() -> bool | None:
            return set(self._client.ask(look, _attributes, SECOND_LOOK)) == set(attributes) or None

        self._change(call, is_replaced)

    def _change(self, call: Call, look: Callable[[], bool | None]) -> None:
        """Make a change, but not while the object is read and written back as a whole."""
        with self._client.turn(path(self._template, **self._names)):
            settled(lambda: self._client.tell(call), look)

    def _many(self, method: str, operation: str, body: Mapping[str, Any] | None = None) -> Call:
        return Call(
            operation=operation,
            method=method,
            path=path(f"{self._template}/attributes", **self._names),
            thing=THING,
            body=body,
        )

    def _one(
        self, method: str, operation: str, name: str, body: Mapping[str, Any] | None = None
    ) -> Call:
        return Call(
            operation=operation,
            method=method,
            path=path(f"{self._template}/attributes/{{attribute}}", **self._names, attribute=name),
            thing=THING,
            body=body,
        )


def _attributes(answer: Any) -> tuple[Attribute, ...]:
    return tuple(attribute_from(item) for item in objects(as_object(answer), "attribute"))


def _value(answer: Any) -> str:
    return text(as_object(answer), "value")
