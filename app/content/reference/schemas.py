"""Schemas of a document as trees: each component once, cycles cut, and no page too large.

Follows the OpenAPI Specification, "Schema Object", and JSON Schema 2020-12.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from app.content.reference.descriptions import description
from app.content.reference.facts import facts, is_nothing_but_null, kind_of
from app.content.reference.merging import merged
from app.content.reference.parts import COMPONENT, Parts, Resolved, resolved, unescaped
from app.content.shapes import Node, mapping, sequence, text, texts, words, written
from app.domain.reference_schemas import Choice, Choices, Member, Schema

DEEPEST: Final = 12
MOST_NODES: Final = 1_000
LARGE: Final = 60
MOST_VALUES: Final = 300
MOST_MEMBERS: Final = 1_000
MOST_CHOICES: Final = 200
LONGEST_NAME: Final = 200
LONGEST_RAW: Final = 4_000
CHOICES: Final[Mapping[str, str]] = {"oneOf": "one of", "anyOf": "any of", "allOf": "all of"}


@dataclass(slots=True)
class SchemaReader:
    """Reads the schemas of one page; ``left`` is how many more nodes it may have.

    A large component that several answers consist of is told in the first of them.
    """

    parts: Parts
    left: int = MOST_NODES
    _anchors: set[str] = field(default_factory=set)
    _large: dict[str, Schema] = field(default_factory=dict)

    def read(self, value: object, place: str) -> Schema | None:
        """Return the tree of a schema; ``place`` begins the ids of what is told in it."""
        if value is None:
            return None
        reference = text(mapping(value).get("$ref"))
        if reference in self._large:
            return self._large[reference]
        before = self.left
        found = _Tree(self, place).node(value, 0)
        if before - self.left > LARGE and found.anchor and found.name:
            self._large[reference] = Schema(found.kind, name=found.name, told_at=found.anchor)
        return found

    def taken(self, anchor: str) -> str:
        """Return the anchor, or one like it that the page does not have yet."""
        name, number = anchor, 1
        while name in self._anchors:
            number += 1
            name = f"{anchor}-{number}"
        self._anchors.add(name)
        return name


class _Tree:
    """One schema of the page: a component is told where it comes first, else linked."""

    def __init__(self, reader: SchemaReader, place: str) -> None:
        self._reader = reader
        self._place = place
        self._told: dict[str, str] = {}

    def node(self, value: object, depth: int) -> Schema:
        """Return what a schema or a reference to one says."""
        if isinstance(value, bool):
            return Schema("anything" if value else "nothing")
        if not isinstance(value, Mapping):
            return Schema("unknown", raw=written(value)[:LONGEST_RAW])
        found = resolved(self._reader.parts, value)
        if found.problem:
            return Schema("unknown", facts=(found.problem,))
        return self._named(found, depth) if found.reference else self._told_here(found, depth)

    def _named(self, found: Resolved, depth: int) -> Schema:
        known = self._told.get(found.reference)
        name = found.component or unescaped(found.reference.rpartition("/")[2])
        if known is not None:
            return Schema(self.kind(found), name=name, told_at=known)
        if self._is_too_much(depth) and found.component and _has_inside(found.node):
            return Schema(self.kind(found), name=name, own_page=True)
        anchor = self._reader.taken(f"{self._place}-{_slug(name)}")
        self._told[found.reference] = anchor
        told = self._told_here(found, depth, name, anchor)
        if not told.is_worth_telling:
            del self._told[found.reference]
        return told

    def _is_too_much(self, depth: int) -> bool:
        return self._reader.left <= 0 or depth >= DEEPEST

    def _told_here(self, found: Resolved, depth: int, name: str = "", anchor: str = "") -> Schema:
        self._reader.left -= 1
        node = merged(self._reader.parts, found.node)
        kind = self.kind(Resolved(node, found.reference))
        values = sequence(node.get("enum"))
        default = node.get("default")
        shown = Schema(
            kind=kind,
            name=name,
            title=text(node.get("title")),
            description=description(node),
            anchor=anchor,
            facts=facts(node),
            values=tuple(words(each) for each in values[:MOST_VALUES]),
            default=None if "default" not in node else words(default),
            example=_example(node),
            is_read_only=node.get("readOnly") is True,
            is_write_only=node.get("writeOnly") is True,
            is_deprecated=node.get("deprecated") is True,
        )
        if self._reader.left <= 0 or depth > DEEPEST:
            return _cut(shown, node) if _has_inside(node) else shown
        return self._with_inside(shown, node, depth + 1)

    def _with_inside(self, shown: Schema, node: Node, depth: int) -> Schema:
        positions = sequence(node.get("prefixItems"))[:MOST_CHOICES]
        inside: dict[str, Any] = {
            "members": tuple(self._members(node, depth)),
            "items": self._optional(node.get("items"), depth),
            "positions": tuple(self.node(each, depth) for each in positions),
            "others": self._others(node, depth),
            "choices": tuple(self._choices(node, depth)),
        }
        return replace(shown, **inside)

    def _members(self, node: Node, depth: int) -> Iterator[Member]:
        needed = set(texts(node.get("required")))
        properties = mapping(node.get("properties"))
        for name, each in islice(properties.items(), MOST_MEMBERS):
            yield Member(name[:LONGEST_NAME], self.node(each, depth), name in needed)
        if len(properties) > MOST_MEMBERS:
            yield Member("…", _rest(len(properties) - MOST_MEMBERS))
        for name, each in islice(mapping(node.get("patternProperties")).items(), MOST_CHOICES):
            yield Member(name[:LONGEST_NAME], self.node(each, depth), is_pattern=True)
        for name in texts(node.get("required"))[:MOST_MEMBERS]:
            if name not in properties and properties:
                yield Member(name[:LONGEST_NAME], Schema("anything"), is_required=True)

    def _others(self, node: Node, depth: int) -> Schema | None:
        found = node.get("additionalProperties", node.get("unevaluatedProperties"))
        if found is None or found is True or found == {}:
            return None
        return self.node(found, depth)

    def _optional(self, value: object, depth: int) -> Schema | None:
        return None if value is None or isinstance(value, list) else self.node(value, depth)

    def _choices(self, node: Node, depth: int) -> Iterator[Choices]:
        told = mapping(node.get("discriminator"))
        values = {
            _component(each): str(value) for value, each in mapping(told.get("mapping")).items()
        }
        for keyword, kind in CHOICES.items():
            options = [
                each for each in sequence(node.get(keyword)) if not is_nothing_but_null(each)
            ]
            if options:
                chosen = [self._choice(each, values, depth) for each in options[:MOST_CHOICES]]
                if len(options) > MOST_CHOICES:
                    chosen.append(Choice(_rest(len(options) - MOST_CHOICES)))
                by = text(told.get("propertyName")) if keyword != "allOf" else ""
                yield Choices(kind, tuple(chosen), by)
        for keyword in ("not", "if", "then", "else", "contains", "propertyNames"):
            if isinstance(node.get(keyword), Mapping):
                yield Choices(keyword, (Choice(self.node(node[keyword], depth)),))

    def _choice(self, value: object, values: Mapping[str, str], depth: int) -> Choice:
        schema = self.node(value, depth)
        name = _component(mapping(value).get("$ref"))
        return Choice(schema, values.get(name, "") if name else "")

    def kind(self, found: Resolved) -> str:
        """Return what a schema is, in words that name components."""
        return kind_of(self._reader.parts, found)


def _rest(count: int) -> Schema:
    return Schema("more", facts=(f"{count} more are in the document",))


def _component(reference: object) -> str:
    found = text(reference)
    return unescaped(found.removeprefix(COMPONENT))


def _has_inside(node: Node) -> bool:
    inside = ("properties", "items", "allOf", "oneOf", "anyOf", "additionalProperties")
    return any(isinstance(node.get(name), Mapping | list) for name in inside)


def _example(node: Node) -> str | None:
    if "example" in node:
        return words(node["example"])[:LONGEST_RAW]
    several = sequence(node.get("examples"))
    return words(several[0])[:LONGEST_RAW] if several else None


def _cut(shown: Schema, node: Node) -> Schema:
    inside = {name: each for name, each in node.items() if name not in {"description", "example"}}
    return replace(shown, raw=written(inside)[:LONGEST_RAW])


def _slug(name: str) -> str:
    return "".join(each if each.isalnum() else "-" for each in name)[:80]
