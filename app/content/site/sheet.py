"""The operator's own style sheet: it may dress the portal, and ask for nothing from elsewhere."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote

import tinycss2

DEEPEST: Final = 40
REFUSED_RULES: Final = frozenset({"import", "charset", "namespace", "document", "-moz-document"})
REFUSED_WORDS: Final = frozenset({"behavior", "-moz-binding", "-ms-behavior"})
REFUSED_CALLS: Final = frozenset({"expression", "element", "-moz-element", "paint"})
ADDRESS_CALLS: Final = frozenset({"url", "src"})
PICTURE_CALLS: Final = frozenset({
    "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade",
})  # fmt: skip
# What is written elsewhere could be an address that nobody has looked at.
UNKNOWN_CALLS: Final = frozenset({"var", "attr", "env"})
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\|/")
Told = Callable[[int, str], None]
Node = Any  # the parser's nodes have no common type that tells their parts


def addresses(text: str, told: Told) -> tuple[str, ...]:
    """Return the files that a sheet names; ``told`` hears of each line that is refused."""
    reader = _Reader(told)
    for number, line in enumerate(text.splitlines(), 1):
        if "</" in line or "<!" in line:
            told(number, "HTML does not belong into a style sheet: remove it")
    reader.read(tinycss2.parse_component_value_list(text), 0)
    return tuple(dict.fromkeys(reader.found))


class _Reader:
    def __init__(self, told: Told) -> None:
        self._told = told
        self.found: list[str] = []

    def read(self, nodes: Sequence[Node], depth: int) -> None:
        """Look at values and at what stands in them."""
        for node in nodes:
            if depth > DEEPEST:
                self._told(
                    node.source_line, f"blocks are more than {DEEPEST} deep: make it flatter"
                )
                return
            self._one(node)
            if node.type == "function" and node.lower_name in ADDRESS_CALLS | PICTURE_CALLS:
                self._call(node)
            else:
                self.read(_inner(node), depth + 1)

    def _one(self, node: Node) -> None:
        if node.type == "error":
            self._told(node.source_line, f"is no CSS: {node.message}")
        elif node.type == "at-keyword" and node.lower_value in REFUSED_RULES:
            self._told(node.source_line, f"@{node.lower_value} is not for a theme: remove it")
        elif node.type == "ident" and node.lower_value in REFUSED_WORDS:
            self._told(node.source_line, f"{node.lower_value} is not for a theme: remove it")
        elif node.type == "function" and node.lower_name in REFUSED_CALLS:
            self._told(node.source_line, f"{node.lower_name}() is not for a theme: remove it")
        elif node.type == "url":
            self._address(node.value, node.source_line)

    def _call(self, node: Node) -> None:
        """Look at a function whose texts are addresses."""
        for inner in _all(node.arguments):
            if inner.type == "string":
                self._address(inner.value, inner.source_line)
            elif inner.type == "function" and inner.lower_name in UNKNOWN_CALLS:
                self._told(
                    inner.source_line, f"{inner.lower_name}() hides an address: write it out"
                )
            else:
                self._one(inner)

    def _address(self, value: str, line: int) -> None:
        name = unquote(re.split(r"[?#]", value.strip(), maxsplit=1)[0])
        if not name and value.startswith("#"):
            return
        if SCHEME.match(name) or ".." in name.split("/") or "\\" in name or not name:
            text = f"{value[:60]!r} is no file of the theme: put it beside the style sheet"
            self._told(line, text)
        else:
            self.found.append(name)


def _inner(node: Node) -> Sequence[Node]:
    if node.type == "function":
        return list(node.arguments)
    return list(node.content) if node.type.endswith("block") else []


def _all(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield nodes with what is in them; the types of pictures are no addresses."""
    for node in nodes:
        yield node
        if node.type != "function" or node.lower_name not in {"type", *UNKNOWN_CALLS}:
            yield from _all(_inner(node))
