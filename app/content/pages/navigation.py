"""The side bar, from ``navigation.toml``; without one, from the folders."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from app.content.files import ContentError, read_text
from app.content.pages.tree import NAVIGATION
from app.content.site.links import checked
from app.domain.documentation import INDEX, ContentProblem, MenuItem, PageEntry

AT_LINE: Final = re.compile(r" \(at line (\d+), column \d+\)")
DEEPEST: Final = 4
HELP: Final = "Help"
LINK: Final = frozenset({"title", "href"})
GROUP: Final = frozenset({"title", "folder", "pages"})
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Navigation:
    """The side bar with all its pages, the operator's variables, and what is wrong."""

    menu: tuple[MenuItem, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[ContentProblem, ...] = ()

    def with_left(self, entries: Mapping[str, PageEntry], shipped: Collection[str]) -> "Navigation":
        """Return it with those of the shipped pages that nobody named, at the end, by order."""
        named = {path for item in self.menu for path in item.pages()}
        left = sorted(
            (entries[path] for path in shipped if path in entries and path not in named),
            key=lambda entry: entry.order,
        )
        items = tuple(MenuItem(entry.title, entry.path) for entry in left)
        return replace(self, menu=(*self.menu, MenuItem(HELP, items=items))) if items else self


def read_navigation(
    root: Path, entries: Mapping[str, PageEntry], failed: Collection[str]
) -> Navigation:
    """Return the side bar; what is wrong in it is left out. ``failed`` are pages that are broken.

    They are named as problems of their own, so the side bar says nothing of them.
    """
    reader = _Reader(root, entries, failed)
    try:
        text = read_text(root, root, NAVIGATION) if (root / NAVIGATION).exists() else ""
        return reader.read(text)
    except ContentError as error:
        return Navigation(_by_folders(entries), {}, (error.problem,))


class _Reader:
    def __init__(
        self, root: Path, entries: Mapping[str, PageEntry], failed: Collection[str]
    ) -> None:
        self._root = root
        self._entries = entries
        self._failed = failed
        self._problems: list[ContentProblem] = []
        self._text = ""

    def read(self, text: str) -> Navigation:
        self._text = text
        try:
            facts = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            found = AT_LINE.search(f"{error}")
            said = AT_LINE.sub("", f"{error}") or "is nested too deep"
            line = int(found[1]) if found else 0
            raise ContentError(NAVIGATION, f"is not valid TOML: {said}", line) from error
        sections = facts.get("section", [])
        if not isinstance(sections, list):
            self._problem("section", "sections are written as [[section]]")
            sections = []
        menu = tuple(item for section in sections for item in self._items(section, 1))
        return Navigation(
            menu if sections else _by_folders(self._entries),
            self._variables(facts.get("variables", {})),
            tuple(self._problems),
        )

    def _variables(self, facts: object) -> Mapping[str, str]:
        if not isinstance(facts, dict):
            self._problem("variables", "variables are a table: write [variables]")
            return {}
        found = {}
        for name, value in facts.items():
            if NAME.fullmatch(name) and isinstance(value, str | int | float):
                found[name] = str(value)
            else:
                self._problem(name, f"the variable {name} must be text, its name of letters and _")
        return found

    def _items(self, given: object, depth: int) -> Sequence[MenuItem]:
        """Return what one entry stands for: a page, a link, a folder, or a title over others."""
        if depth > DEEPEST:
            self._problem("pages", f"the side bar is more than {DEEPEST} deep: make it flatter")
            return ()
        if isinstance(given, str):
            return self._page(given)
        if not isinstance(given, dict):
            self._problem(str(given), f"{given!r} is no page: write its path below docs/")
            return ()
        unknown = sorted(given.keys() - (LINK if "href" in given else GROUP))
        if unknown:
            self._unknown(given, unknown[0])
            return ()
        return self._link(given) if "href" in given else self._titled(given, depth)

    def _unknown(self, given: Mapping[str, Any], key: str) -> None:
        """Tell of a key; its entry is left out, because it could say whom the entry is for."""
        text = f"{key} is not known in the side bar: correct or remove it"
        if key == "audience":
            text = "an audience belongs into the head of the page or of its folder's index.md"
        shown = given.get("title", given.get("href", given.get("folder", "")))
        near = self._line(f"{shown}")
        lines = enumerate(self._text.splitlines(), 1)
        key_lines = [number for number, line in lines if re.search(rf"\b{re.escape(key)}\b", line)]
        number = min(key_lines, key=lambda found: abs(found - near), default=near)
        self._problems.append(ContentProblem(NAVIGATION, number, f"{text} (entry {shown!r})"))

    def _titled(self, given: Mapping[str, Any], depth: int) -> Sequence[MenuItem]:
        title = given.get("title", "")
        if "folder" in given:
            found = _by_folders(self._entries, str(given["folder"]).strip("/"))
            return (MenuItem(title, items=found),) if title else found
        pages = given.get("pages", [])
        inner = [item for each in pages for item in self._items(each, depth + 1)]
        if not title or not isinstance(pages, list):
            self._problem(str(title or "section"), "a section needs a title and a list of pages")
            return ()
        return (MenuItem(str(title), items=tuple(inner)),)

    def _page(self, path: str) -> Sequence[MenuItem]:
        name = path.removesuffix(".md").strip("/") or INDEX
        for known in (name, f"{name}/{INDEX}"):
            if known in self._entries:
                return (MenuItem(self._entries[known].title, known),)
        if name not in self._failed:
            self._problem(path, f"docs/{name}.md does not exist: add the page or correct its name")
        return ()

    def _link(self, given: Mapping[str, Any]) -> Sequence[MenuItem]:
        title, href = given.get("title", ""), given["href"]
        if not isinstance(href, str) or not title:
            self._problem(str(href), "a link needs a title, and an href with https:// or /")
            return ()
        problem, _ = checked(self._root, href)
        if problem:
            self._problem(str(title), f"the link {href[:80]!r} {problem}")
            return ()
        return (MenuItem(str(title), href=href),)

    def _problem(self, words: str, text: str) -> None:
        self._problems.append(ContentProblem(NAVIGATION, self._line(words), text))

    def _line(self, words: str) -> int:
        lines = enumerate(self._text.splitlines(), 1)
        return next((number for number, line in lines if words and words in line), 0)


def _by_folders(entries: Mapping[str, PageEntry], folder: str = "") -> tuple[MenuItem, ...]:
    """Return the pages of a folder by order and title, those of folders in it below a title."""
    prefix = f"{folder}/" if folder else ""
    found: list[tuple[float, str, MenuItem]] = []
    inner: set[str] = set()
    for path, entry in entries.items():
        if not path.startswith(prefix):
            continue
        name, _, rest = path.removeprefix(prefix).partition("/")
        if rest:
            inner.add(name)
        elif name != INDEX or folder:
            order = entry.order if name != INDEX else float("-inf")
            found.append((order, entry.title, MenuItem(entry.title, path)))
    for name in inner:
        index = entries.get(f"{prefix}{name}/{INDEX}")
        title = index.title if index else name.replace("-", " ").capitalize()
        item = MenuItem(title, items=_by_folders(entries, f"{prefix}{name}"))
        found.append((index.order if index else 0, title, item))
    return tuple(item for _, _, item in sorted(found, key=lambda one: (one[0], one[1].casefold())))
