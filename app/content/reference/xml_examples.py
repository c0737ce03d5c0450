"""Examples of bodies in XML, made of a value and its schema.

Follows the OpenAPI Specification, "XML Object".
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from app.content.reference.merging import merged
from app.content.reference.parts import Parts, resolved
from app.content.shapes import Node, mapping, text, words

NAME: Final = re.compile(r"[^\w.:-]+")
DEEPEST: Final = 12


def as_xml(parts: Parts, schema: object, value: object) -> str:
    """Return a value as XML, its root named as the schema or its component is."""
    found = resolved(parts, schema)
    name = found.component or "root"
    return "\n".join(_element(parts, schema, name, value, 0))


def _element(parts: Parts, schema: object, name: str, value: object, depth: int) -> Iterator[str]:
    node = merged(parts, resolved(parts, schema).node)
    xml = mapping(node.get("xml"))
    name = _name(text(xml.get("name")) or name, xml)
    space = "  " * depth
    if isinstance(value, list):
        inner, is_wrapped = node.get("items"), xml.get("wrapped") is True
        lines = (
            line
            for each in value
            for line in _element(parts, inner, name, each, depth + is_wrapped)
        )
        yield from _wrapped(name, lines, space) if is_wrapped else lines
    elif isinstance(value, dict) and depth < DEEPEST:
        yield from _object(parts, node, name, value, depth)
    else:
        yield f"{space}<{name}>{escape(words(value))}</{name}>"


def _object(parts: Parts, node: Node, name: str, value: Node, depth: int) -> Iterator[str]:
    properties = mapping(node.get("properties"))
    attributes, space = "", "  " * depth
    lines: list[str] = []
    namespace = text(mapping(node.get("xml")).get("namespace"))
    for key, each in value.items():
        own = resolved(parts, properties.get(key)).node
        xml = mapping(own.get("xml"))
        if xml.get("attribute") is True:
            attributes += f" {_name(text(xml.get('name')) or key, xml)}={quoteattr(words(each))}"
        else:
            lines += _element(parts, properties.get(key), key, each, depth + 1)
    attributes += f" xmlns={quoteattr(namespace)}" if namespace else ""
    yield f"{space}<{name}{attributes}>"
    yield from lines
    yield f"{space}</{name}>"


def _wrapped(name: str, lines: Iterator[str], space: str) -> Iterator[str]:
    yield f"{space}<{name}>"
    yield from lines
    yield f"{space}</{name}>"


def _name(name: str, xml: Node) -> str:
    prefix = text(xml.get("prefix"))
    plain = NAME.sub("-", name) or "item"
    return f"{NAME.sub('-', prefix)}:{plain}" if prefix else plain
