"""One HTML answer as a tree, with the questions that tests ask of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib

from tests.uncounted import uncounted

SKIPPED = frozenset({"script", "style", "template"})
BUTTON_TYPES = frozenset({"submit", "button", "reset", "image"})


def parsed(text: str, *, container: str | None = None) -> Element:
    """Parse strictly: a fault in the markup raises ``html5lib.html5parser.ParseError``."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    if container is None:
        tree: Element = uncounted(lambda: parser.parse(text))
        return tree
    part: Element = uncounted(lambda: parser.parseFragment(text, container=container))
    return part


def words(element: Element) -> str:
    """Return the text that a person reads, with single spaces."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in SKIPPED:
        return
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""


@dataclass(frozen=True)
class Form:
    """A form of a page with what a browser would send of it, untouched."""

    element: Element

    @property
    def action(self) -> str:
        return self.element.get("action", "")

    @property
    def method(self) -> str:
        return self.element.get("method", "get").lower()

    @cached_property
    def values(self) -> Mapping[str, list[str]]:
        """Names and values, buttons left out."""
        found: dict[str, list[str]] = {}
        for control in self.element.iter():
            for value in _sent(control):
                found.setdefault(control.get("name", ""), []).append(value)
        return found


def _sent(control: Element) -> Iterator[str]:
    if not control.get("name") or "disabled" in control.attrib:
        return
    if control.tag == "textarea":
        yield (control.text or "").removeprefix("\n")
    elif control.tag == "select":
        chosen = [item for item in control.iter("option") if "selected" in item.attrib]
        yield from (item.get("value", "") for item in chosen or list(control.iter("option"))[:1])
    elif control.tag == "input" and control.get("type", "text") not in BUTTON_TYPES:
        ticks = control.get("type") in {"checkbox", "radio"}
        if not ticks or "checked" in control.attrib:
            yield control.get("value", "on" if ticks else "")


@dataclass(frozen=True)
class Page:
    """A parsed answer."""

    root: Element

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements of that tag whose attributes have these values."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            item
            for item in self.root.iter(tag)
            if all(item.get(name) == value for name, value in wanted.items())
        ]

    def by_id(self, name: str) -> Element | None:
        """Return the element with that id."""
        return next((item for item in self.root.iter() if item.get("id") == name), None)

    def text_of(self, name: str) -> str:
        """Return the words of the element with that id, empty if there is none."""
        found = self.by_id(name)
        return "" if found is None else words(found)

    @property
    def title(self) -> str:
        return words(self.all("title")[0])

    @property
    def heading(self) -> str:
        return words(self.all("h1")[0])

    @property
    def text(self) -> str:
        """Everything that a person reads."""
        return words(self.root)

    @property
    def links(self) -> list[str]:
        return [item.get("href", "") for item in self.root.iter("a")]

    @property
    def forms(self) -> list[Form]:
        return [Form(item) for item in self.root.iter("form")]

    def form(self, action: str, method: str = "post") -> Form:
        """Return the form that posts to that address."""
        return next(item for item in self.forms if (item.action, item.method) == (action, method))
