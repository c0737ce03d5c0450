"""A document taken apart by JSON pointers, so that a page reads no more than it shows.

Follows RFC 6901 and the OpenAPI Specification, "Reference Object".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import unquote

from app.content.shapes import NOTHING, Node, mapping, text

MOST_HOPS: Final = 20
COMPONENT: Final = "#/components/schemas/"


class Parts(Protocol):
    """A compiled document in the shape of OpenAPI 3.x."""

    def part(self, pointer: str) -> object | None:
        """Return the value at a JSON pointer (``/components/schemas/Pet``), or None."""
        ...

    def names(self, pointer: str) -> tuple[str, ...]:
        """Return the names of what a pointer holds (``/components/schemas``)."""
        ...


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a reference leads to; ``reference`` is the last one that was followed.

    ``problem`` says why it leads nowhere.
    """

    node: Node
    reference: str = ""
    problem: str = ""

    @property
    def component(self) -> str:
        """The name of the schema component that was referred to, if it is one with a page."""
        step = self.reference.removeprefix(COMPONENT)
        name = "" if step == self.reference or "/" in step else unescaped(step)
        return name if has_page(name) else ""


def resolved(parts: Parts, value: object) -> Resolved:
    """Follow references inside the document; what stands beside a reference counts too.

    Another document is never read: neither a file nor an address.
    """
    node, reference, beside = mapping(value), "", NOTHING
    for _ in range(MOST_HOPS):
        target = node.get("$ref")
        if not isinstance(target, str):
            return Resolved({**node, **beside} if beside else node, reference)
        if not target.startswith("#/"):
            return Resolved(NOTHING, target, f"It is in another document ({target[:200]}).")
        rest = {name: each for name, each in node.items() if name != "$ref"}
        beside, reference = {**rest, **beside}, target
        found = parts.part(target[1:])
        if found is None and "%" in target:
            found = parts.part(unquote(target[1:]))
        if not isinstance(found, Mapping):
            return Resolved(NOTHING, target, f"The document has nothing at {target[:200]}.")
        node = found
    return Resolved(NOTHING, reference, "Its references lead in a circle.")


def escaped(name: str) -> str:
    """Return a name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """Return the name that a step of a JSON pointer, or of a reference, means."""
    return step.replace("~1", "/").replace("~0", "~")


def has_page(name: str) -> bool:
    """Whether a schema's name can be the end of an address that leads nowhere else."""
    return not {"", ".", ".."} & set(name.split("/"))


def node_at(parts: Parts, pointer: str) -> Resolved:
    """Return the object at a pointer, references followed."""
    return resolved(parts, parts.part(pointer))


def described(node: Node) -> str:
    """Return the description of a node."""
    return text(node.get("description"))


def below(value: object, steps: Iterable[str]) -> object | None:
    """Return what the steps lead to; lists are counted from 0."""
    for step in steps:
        value = _below(value, step)
    return value


def _below(value: object, step: str) -> Any:  # noqa: ANN401 - whatever is in the document
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return None
