"""Examples: those that a document gives, and one made of its schema where it gives none.

What is made is the same every time: no chance and no clock is in it.
"""

from collections.abc import Mapping
from typing import Any, Final

from app.content.reference.facts import is_nothing_but_null
from app.content.reference.merging import merged
from app.content.reference.parts import COMPONENT, Parts, resolved, unescaped
from app.content.shapes import Node, mapping, sequence, text, texts

DEEPEST: Final = 8
MOST_VALUES: Final = 400
MOST_ITEMS: Final = 20
FORMATS: Final[Mapping[str, str]] = {
    "date": "2026-03-14",
    "date-time": "2026-03-14T09:26:53Z",
    "time": "09:26:53Z",
    "duration": "P3D",
    "email": "name@example.com",
    "idn-email": "name@example.com",
    "hostname": "host.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/path",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "byte": "dGV4dA==",
    "binary": "file",
    "password": "password",
}
NOT_THERE: Final = object()
UNTOLD: Final = "string"  # what is made where a schema says nothing of a text


def made(parts: Parts, schema: object, *, is_sent: bool) -> Any:  # noqa: ANN401 - any JSON
    """Return a value that fits the schema; one that ``is_sent`` has nothing read-only."""
    return _Maker(parts, "readOnly" if is_sent else "writeOnly").value(schema, 0)


def given(node: Node) -> Any:  # noqa: ANN401 - any JSON
    """Return the example that a schema, parameter or media type gives itself, or ``NOT_THERE``."""
    if "example" in node:
        return node["example"]
    several = sequence(node.get("examples"))
    if several:
        return several[0]
    for name in ("const", "default"):
        if name in node:
            return node[name]
    values = sequence(node.get("enum"))
    return values[0] if values else NOT_THERE


class _Maker:
    def __init__(self, parts: Parts, left_out: str) -> None:
        self._parts = parts
        self._left_out = left_out
        self._left = MOST_VALUES
        self._open: list[str] = []

    def value(self, schema: object, depth: int) -> Any:  # noqa: ANN401 - any JSON
        """Return a value for a schema, ``NOT_THERE`` where it would go on without end."""
        found = resolved(self._parts, schema)
        self._left -= 1
        if found.reference in self._open or depth > DEEPEST or self._left < 0:
            return NOT_THERE
        if found.reference:
            self._open.append(found.reference)
        try:
            return self._of(merged(self._parts, found.node), depth)
        finally:
            if found.reference:
                self._open.pop()

    def _of(self, node: Node, depth: int) -> Any:  # noqa: ANN401 - any JSON
        known = given(node)
        if known is not NOT_THERE:
            return known
        for keyword in ("oneOf", "anyOf"):
            options = [
                each for each in sequence(node.get(keyword)) if not is_nothing_but_null(each)
            ]
            if options:
                return self._chosen(node, options[0], depth)
        if node.get("allOf"):
            return self._together(node, depth)
        kind = _kind(node)
        if kind == "object":
            return self._object(node, depth)
        return self._array(node, depth) if kind == "array" else _simple(kind, node)

    def _chosen(self, node: Node, option: object, depth: int) -> Any:  # noqa: ANN401 - any JSON
        chosen = self.value(option, depth + 1)
        if not isinstance(chosen, dict):
            return chosen
        own = self._object(node, depth) if isinstance(node.get("properties"), Mapping) else {}
        return {**own, **chosen, **_telling(node, option, chosen)}

    def _together(self, node: Node, depth: int) -> Any:  # noqa: ANN401 - any JSON
        every = [self.value(each, depth + 1) for each in sequence(node["allOf"])]
        objects = [each for each in every if isinstance(each, dict)]
        if objects:
            own = self._object(node, depth)
            return {name: value for each in (*objects, own) for name, value in each.items()}
        return next((each for each in every if each is not NOT_THERE), NOT_THERE)

    def _object(self, node: Node, depth: int) -> dict[str, Any]:
        result = {}
        for name, each in mapping(node.get("properties")).items():
            if mapping(each).get(self._left_out) is True:
                continue
            value = self.value(each, depth + 1)
            if value is not NOT_THERE:
                result[str(name)] = value
        others = node.get("additionalProperties")
        if not result and isinstance(others, Mapping) and others:
            value = self.value(others, depth + 1)
            result = {} if value is NOT_THERE else {"name": value}
        return result

    def _array(self, node: Node, depth: int) -> list[Any]:
        positions = sequence(node.get("prefixItems"))[:MOST_ITEMS]
        kinds = positions or [node.get("items")]
        values = [self.value(each, depth + 1) for each in kinds if isinstance(each, Mapping)]
        return [each for each in values if each is not NOT_THERE]


def _telling(node: Node, option: object, chosen: Node) -> Node:
    """Return the member by which readers tell what was chosen, unless that is told already."""
    told = mapping(node.get("discriminator"))
    name, reference = text(told.get("propertyName")), text(mapping(option).get("$ref"))
    if not name or not reference.startswith(COMPONENT):
        return {}
    component = unescaped(reference.removeprefix(COMPONENT))
    named = mapping(told.get("mapping")).items()
    values = [str(value) for value, each in named if each in (reference, component)]
    if chosen.get(name) in values or (not values and chosen.get(name, UNTOLD) != UNTOLD):
        return {}
    return {name: values[0] if values else component}


def _kind(node: Node) -> str:
    found = node.get("type")
    kind = (
        found
        if isinstance(found, str)
        else next((each for each in texts(found) if each != "null"), "")
    )
    if kind:
        return kind
    if "properties" in node or "additionalProperties" in node:
        return "object"
    return "array" if "items" in node or "prefixItems" in node else "string"


def _simple(kind: str, node: Node) -> Any:  # noqa: ANN401 - any JSON
    if kind in {"integer", "number"}:
        return _number(kind, node)
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    fitting = FORMATS.get(text(node.get("format")), UNTOLD)
    least = node.get("minLength")
    if isinstance(least, int) and len(fitting) < least <= MOST_VALUES:
        fitting += "x" * (least - len(fitting))
    most = node.get("maxLength")
    return fitting[:most] if isinstance(most, int) and most > 0 else fitting


def _number(kind: str, node: Node) -> float:
    least, most = node.get("minimum"), node.get("maximum")
    start: float = least if isinstance(least, int | float) else 0 if kind == "integer" else 0.5
    if isinstance(most, int | float) and start > most:
        start = most
    return start
