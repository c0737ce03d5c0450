"""What a schema asks of a value, in words: its kind and its constraints."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from app.content.reference.parts import Parts, Resolved, resolved
from app.content.shapes import Node, mapping, sequence, text, texts, words
from app.domain.plurals import number_of

DEEPEST_KIND: Final = 4
LONGEST: Final = 300
BY_KEYWORD: Final[Mapping[str, str]] = {
    "properties": "object",
    "additionalProperties": "object",
    "patternProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "pattern": "string",
    "minLength": "string",
    "maxLength": "string",
    "multipleOf": "number",
    "minimum": "number",
    "maximum": "number",
}


def kind_of(parts: Parts, found: Resolved, depth: int = 0) -> str:
    """Return what a schema is: ``array of Payment``, ``string (date) or null``, ``one of 3``."""
    node = found.node
    if depth and found.component:
        return found.component
    kinds = [each for each in _types(node) if each != "null"]
    said = " or ".join(_one(parts, node, each, depth) for each in kinds)
    said = said or _without_type(parts, node, depth)
    return f"{said} or null" if is_nullable(node) and said != "null" else said


def is_nullable(node: Node) -> bool:
    """Whether null is allowed, in the words of 3.0 or 3.1."""
    options = (*sequence(node.get("oneOf")), *sequence(node.get("anyOf")))
    return (
        node.get("nullable") is True
        or "null" in _types(node)
        or any(is_nothing_but_null(each) for each in options)
    )


def is_nothing_but_null(value: object) -> bool:
    """Whether a schema allows null and nothing else."""
    node = mapping(value)
    return _types(node) == ("null",) or ("const" in node and node["const"] is None)


def facts(node: Node) -> tuple[str, ...]:
    """Return the constraints of a schema in words."""
    return tuple(_facts(node))


def _types(node: Node) -> tuple[str, ...]:
    found = node.get("type")
    return (found,) if isinstance(found, str) else texts(found)


def _one(parts: Parts, node: Node, kind: str, depth: int) -> str:
    if kind == "array":
        items = node.get("items")
        if not isinstance(items, Mapping) or depth >= DEEPEST_KIND:
            return "array"
        return f"array of {kind_of(parts, resolved(parts, items), depth + 1)}"
    form = text(node.get("format")) or text(node.get("contentEncoding"))
    return f"{kind} ({form[:60]})" if form and kind not in {"object", "null"} else kind


def _without_type(parts: Parts, node: Node, depth: int) -> str:
    for keyword, said in (("oneOf", "one of"), ("anyOf", "any of"), ("allOf", "all of")):
        options = [each for each in sequence(node.get(keyword)) if not is_nothing_but_null(each)]
        if len(options) == 1 and depth < DEEPEST_KIND:
            return kind_of(parts, resolved(parts, options[0]), depth + 1)
        if options:
            return f"{said} {len(options)}"
    guessed = next((kind for keyword, kind in BY_KEYWORD.items() if keyword in node), "")
    if guessed:
        return _one(parts, node, guessed, depth)
    if "const" in node or "enum" in node:
        return "value"
    return "null" if _types(node) == ("null",) else text(node.get("format")) or "anything"


def _facts(node: Node) -> Iterator[str]:
    if "const" in node:
        yield f"always {words(node['const'])[:LONGEST]}"
    yield from _range(node)
    for least, most, unit in (
        ("minLength", "maxLength", "character"),
        ("minItems", "maxItems", "item"),
        ("minProperties", "maxProperties", "property"),
    ):
        yield from _between(node.get(least), node.get(most), _counted(unit))
    if _is_number(node.get("multipleOf")):
        yield f"a multiple of {node['multipleOf']}"
    if node.get("uniqueItems") is True:
        yield "no item twice"
    if isinstance(node.get("pattern"), str):
        yield f"matches {node['pattern'][:LONGEST]}"
    if text(node.get("contentMediaType")):
        yield f"holds {text(node['contentMediaType'])[:LONGEST]}"
    if node.get("additionalProperties") is False or node.get("unevaluatedProperties") is False:
        yield "no other properties"


def _range(node: Node) -> Iterator[str]:
    least, most = node.get("minimum"), node.get("maximum")
    above, below = node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    if above is True:
        least, above = None, least
    if below is True:
        most, below = None, most
    yield from _between(least, most, str)
    if _is_number(above):
        yield f"more than {above}"
    if _is_number(below):
        yield f"less than {below}"


def _between(least: object, most: object, said: Callable[[object], str]) -> Iterator[str]:
    has_least = _is_number(least) and not (said is not str and least == 0)
    if has_least and least == most:
        yield f"exactly {said(most)}"
    elif has_least and _is_number(most):
        yield f"from {least} to {said(most)}"
    elif has_least:
        yield f"at least {said(least)}"
    elif _is_number(most):
        yield f"at most {said(most)}"


def _counted(unit: str) -> Callable[[object], str]:
    def said(count: object) -> str:
        if unit == "property":
            return f"{count} property" if count == 1 else f"{count} properties"
        return number_of(count, unit) if isinstance(count, int) else f"{count} {unit}s"

    return said


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
