"""The documentation of the content folder: read at first use, looked at again by file time."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.content.diagrams.diagrams import Diagrams
from app.content.files import ContentError, read_text
from app.content.markdown.lines import Source, filled
from app.content.markdown.page import Rendered, render
from app.content.pages.around import Surroundings
from app.content.pages.entries import audiences_of, entries_of
from app.content.pages.head import Written, parse
from app.content.pages.media import is_media, media_file
from app.content.pages.mentions import mentions
from app.content.pages.navigation import Navigation, read_navigation
from app.content.pages.tree import Times, look, misnamed, page_paths
from app.domain.documentation import (
    MISTAKES,
    ContentFile,
    ContentProblem,
    MenuItem,
    Page,
    PageEntry,
)
from app.domain.html import Html

logger = logging.getLogger(MISTAKES)

CHECK_SECONDS: Final = 3.0
MOST_PAGES_KEPT: Final = 500
LONGEST: Final = 500_000  # characters
MOST_TAGS: Final = 20_000  # and what cleans HTML the square of those that are never closed
MOST_BRACKETS: Final = 5_000  # a parser of Markdown needs the square of them
Operations = Callable[[str], Container[str] | None]
SHIPPED: Final = "shipped"


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator chose: the roles that audiences may name, the built-in variables.

    ``seconds`` pass before files are looked at again. ``shipped`` are pages by path that are there
    as long as the folder has none of the same path.
    """

    roles: frozenset[str]
    variables: Mapping[str, str] = field(default_factory=dict)
    seconds: float = CHECK_SECONDS
    shipped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _State:
    """The documentation as it was read at one time."""

    times: Times = field(default_factory=dict)
    written: Mapping[str, Written] = field(default_factory=dict)
    entries: Mapping[str, PageEntry] = field(default_factory=dict)
    navigation: Navigation = field(default_factory=Navigation)
    files: frozenset[str] = frozenset()
    shipped: Collection[str] = frozenset()
    failed: frozenset[str] = frozenset()
    problems: tuple[ContentProblem, ...] = ()
    pages: OrderedDict[str, tuple[Page, int]] = field(default_factory=OrderedDict)


class ContentPages:
    """Implements ``Documentation``: heads are read at once, bodies when a page is first asked for.

    A page that cannot be used is left out and logged once; the others are shown.
    """

    def __init__(
        self,
        root: Path,
        operations: Operations,
        diagrams: Diagrams,
        options: Options,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root
        self._operations = operations
        self._diagrams = diagrams
        self._options = options
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._checked_at: float | None = None
        self._state = _State()
        self._mentions: tuple[_State, Mapping[str, frozenset[str]]] = self._state, {}

    def entries(self) -> Mapping[str, PageEntry]:
        """Return every page that can be shown, by path."""
        return self._current().entries

    def menu(self) -> tuple[MenuItem, ...]:
        """Return the side bar with every page."""
        return self._current().navigation.menu

    def page(self, path: str) -> Page | None:
        """Return a page; None if there is none."""
        state = self._current()
        if path not in state.entries:
            return None
        kept = state.pages.get(path)
        if kept is not None and kept[1] in {WHOLE, self._diagrams.generation}:
            return kept[0]
        page, is_whole, problems = self._render(state, path)
        _log(problems)
        state.pages[path] = page, WHOLE if is_whole else self._diagrams.generation
        while len(state.pages) > MOST_PAGES_KEPT:
            state.pages.popitem(last=False)
        return page

    def source(self, path: str) -> tuple[Source, Mapping[str, str]] | None:
        """Return what a page is made of and the variables in it; None if there is none."""
        state = self._current()
        if path not in state.entries:
            return None
        return self._source(state, path), self._around(state, path).variables

    def file(self, path: str) -> ContentFile | None:
        """Return a picture or download below ``docs/``; None if there is none."""
        if path not in self._current().files:
            return None
        return media_file(self._root, self._root / "docs" / path)

    def drawing(self, name: str) -> ContentFile | None:
        """Return a drawn diagram by its name."""
        file = self._diagrams.file(name)
        return media_file(file.parent, file)

    def naming(self, path: str) -> frozenset[str]:
        """Return the pages that name a picture or download."""
        state = self._current()
        if self._mentions[0] is not state:
            texts = ((page, self._source(state, page).text) for page in state.written)
            self._mentions = state, mentions(texts)
        return self._mentions[1].get(path, frozenset())

    def audiences(self, path: str) -> tuple[frozenset[str], ...] | None:
        """Return what the folders of a file ask for; None where a folder's index is broken."""
        state = self._current()
        return audiences_of(path, state.written, state.failed)

    def problems(self) -> tuple[ContentProblem, ...]:
        """Make every page and return all that is wrong, by file and line."""
        state = self._current()
        found = list(state.problems)
        anchors: dict[str, set[str]] = {}
        leading: list[tuple[str, tuple[str, str]]] = []
        for path in state.entries:
            source, around = self._source(state, path), self._around(state, path)
            rendered = _rendered(source, around)
            anchors[path] = {heading.anchor for heading in rendered.headings} | rendered.anchors
            if path not in state.shipped:  # whose links to an own page nobody here can correct
                leading += [(path, target) for target in around.anchors]
            found += source.problems
        found += _missing(leading, anchors)
        return tuple(sorted(set(found), key=lambda one: (one.file, one.line, one.text)))

    def _render(self, state: _State, path: str) -> tuple[Page, bool, list[ContentProblem]]:
        source, around = self._source(state, path), self._around(state, path)
        rendered = _rendered(source, around)
        page = Page(
            entry=state.entries[path],
            headings=rendered.headings,
            segments=rendered.segments,
            markdown=_twin(state.entries[path], rendered, filled(source.text, around.variables)),
            diagrams=frozenset(rendered.diagrams),
            leads=around.leads,
        )
        return page, rendered.is_whole, source.problems

    def _source(self, state: _State, path: str) -> Source:
        found = state.written[path]
        folder = SHIPPED if path in state.shipped else "docs"
        return Source(self._root, f"{folder}/{path}.md", found.body, found.first)

    def _around(self, state: _State, path: str) -> Surroundings:
        variables = {**self._options.variables, **state.navigation.variables}
        return Surroundings(
            path, state.entries.keys(), state.files, variables, self._operations, self._diagrams
        )

    def _current(self) -> _State:
        if not self._is_fresh():
            is_first = self._checked_at is None
            if self._lock.acquire(blocking=is_first):  # later, the others go on with what is there
                try:
                    if not (is_first and self._checked_at is not None):
                        self._look()
                    self._checked_at = self._monotonic()
                finally:
                    self._lock.release()
        return self._state

    def _is_fresh(self) -> bool:
        at = self._checked_at
        return at is not None and self._monotonic() - at < self._options.seconds

    def _look(self) -> None:
        times = look(self._root)
        if times == self._state.times and self._checked_at is not None:
            return
        state = self._read(times)
        _log(set(state.problems) - set(self._state.problems))
        self._state = state

    def _read(self, times: Times) -> _State:
        written: dict[str, Written] = {}
        problems: list[ContentProblem] = []
        failed: set[str] = set()
        for path in page_paths(times):
            try:
                written[path] = self._written(path, times)
            except ContentError as error:
                problems.append(error.problem)
                failed.add(path)
        for path, found in misnamed(times):
            problems.append(found.problem)
            failed.add(path)
        shipped = self._shipped(written.keys() | failed)
        written |= shipped
        entries = dict(entries_of(written, failed, times))
        navigation = read_navigation(self._root, entries, failed).with_left(entries, shipped)
        return _State(
            times,
            written,
            entries,
            navigation,
            _media(times),
            shipped.keys(),
            frozenset(failed),
            (*problems, *navigation.problems),
        )

    def _shipped(self, own: Collection[str]) -> dict[str, Written]:
        """Return the shipped pages that the folder has none for; one that is broken counts, too."""
        return {
            path: parse(f"{SHIPPED}/{path}.md", text, self._options.roles)
            for path, text in self._options.shipped.items()
            if path not in own
        }

    def _written(self, path: str, times: Times) -> Written:
        file = f"docs/{path}.md"
        if self._state.times.get(file) == times[file] and path in self._state.written:
            return self._state.written[path]
        text = read_text(self._root, self._root / "docs", f"{path}.md")
        if len(text) > LONGEST or text.count("[") > MOST_BRACKETS or text.count("<") > MOST_TAGS:
            raise ContentError(file, "is too long for one page: make several of it")
        return parse(file, text, self._options.roles)


WHOLE: Final = -1


def _media(names: Collection[str]) -> frozenset[str]:
    return frozenset(
        name.removeprefix("docs/") for name in names if name.startswith("docs/") and is_media(name)
    )


def _rendered(source: Source, around: Surroundings) -> Rendered:
    try:
        return render(source, around)
    except Exception as error:  # noqa: BLE001 - whatever is on one page, the others stand
        source.problem(0, f"the page cannot be made ({type(error).__name__}): make it simpler")
        return Rendered(segments=(Html("<p>This page cannot be shown at the moment.</p>"),))


def _twin(entry: PageEntry, rendered: Rendered, text: str) -> str:
    body = text.strip("\n")
    if rendered.title:
        body = body.partition("\n")[2].strip("\n") if body.lstrip().startswith("# ") else body
    description = f"\n> {entry.description}\n" if entry.description else ""
    return f"# {entry.title}\n{description}\n{body}\n"


def _missing(
    leading: list[tuple[str, tuple[str, str]]], anchors: Mapping[str, set[str]]
) -> Iterator[ContentProblem]:
    for path, (target, anchor) in leading:
        if anchor and anchor not in anchors.get(target, set()):
            text = f"docs/{target}.md has no heading #{anchor}: correct the link"
            yield ContentProblem(f"docs/{path}.md", 0, text)


def _log(problems: Collection[ContentProblem]) -> None:
    for problem in problems:
        logger.warning("The content is to be corrected. %s", problem)
