"""Schemas that hold together (``allOf``) as the one object that they mean, where they do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.content.reference.parts import Parts, resolved
from app.content.shapes import Node, mapping, sequence, texts

# A schema with nothing but these is an object that others can be laid over.
PLAIN: Final = frozenset({
    "type", "title", "description", "properties", "required", "example", "examples", "allOf",
    "additionalProperties", "readOnly", "writeOnly", "deprecated", "nullable", "xml", "default",
    "externalDocs", "minProperties", "maxProperties", "$ref", "$schema", "$id", "$comment",
    "discriminator",
})  # fmt: skip
OBJECT: Final = frozenset({"properties", "required", "additionalProperties", "allOf"})
DEEPEST: Final = 10
MOST_READ: Final = 2_000


def merged(parts: Parts, node: Node) -> Node:
    """Return one object for all of ``allOf``, or the schema as it is where they are no objects.

    What the schema itself says counts before what it is made of; the last of two parts counts.
    What consists of very many parts stays as it is too.
    """
    found = _Merging(parts).whole(node, 0, frozenset())
    return node if found is None else found


@dataclass(slots=True)
class _Merging:
    """One schema's merging; ``left`` is how many more parts and properties it may read."""

    parts: Parts
    left: int = MOST_READ

    def whole(self, node: Node, depth: int, seen: frozenset[str]) -> Node | None:
        """Return one object for a schema, None where it is none."""
        every = sequence(node.get("allOf"))
        own = {name: each for name, each in node.items() if name != "allOf"}
        self.left -= 1 + len(mapping(node.get("properties")))
        if self.left < 0:
            return None
        if not every:
            return node if _is_plain(node) else None
        if depth >= DEEPEST or not _is_plain(own):
            return self._only(every, own)
        laid = []
        for each in every:
            found = resolved(self.parts, each)
            if found.problem or found.reference in seen:
                return None
            part = self.whole(found.node, depth + 1, seen | ({found.reference} - {""}))
            if part is None:
                return self._only(every, own)
            laid.append(part)
        return _laid((*laid, own))

    def _only(self, every: Sequence[Any], own: Node) -> Node | None:
        """One schema in ``allOf`` is a way to say more beside a reference: it is that schema."""
        if len(every) != 1 or OBJECT & own.keys():
            return None
        found = resolved(self.parts, every[0])
        return None if found.problem or "allOf" in found.node else {**found.node, **own}


def _laid(parts: Iterable[Node]) -> Node:
    result: dict[str, Any] = {}
    for part in parts:
        known = mapping(result.get("properties"))
        needed = (*texts(result.get("required")), *texts(part.get("required")))
        said = {name: each for name, each in part.items() if each is not None}
        result |= said
        if known:
            result["properties"] = {**known, **mapping(part.get("properties"))}
        if needed:
            result["required"] = list(dict.fromkeys(needed))
    return result


def _is_plain(node: Node) -> bool:
    names = {name for name in node if not name.startswith("x-")}
    is_object = node.get("type", "object") in ("object", ["object"])
    return is_object and names <= PLAIN
