"""Frame, theme and home page of the content folder: read at first use, and again by file time."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

from app.content.files import ContentError, read_text
from app.content.site.files import FOLDER
from app.content.site.frame import frame
from app.content.site.home import HomePage, home
from app.content.site.palette import tokens
from app.content.site.theme import theme, watched
from app.content.site.toml import Toml
from app.content.watch import CHECK_SECONDS, Watch
from app.domain.documentation import MISTAKES, ContentFile, ContentProblem
from app.domain.home import OWN_HOME, HomeBlock
from app.domain.site import Frame
from app.domain.theme import Theme

logger = logging.getLogger(MISTAKES)

NAVIGATION: Final = "navigation.toml"
THEME: Final = "theme.toml"
HOME: Final = "home.toml"
MOST_TEXTS: Final = 1_000
TEXTS: Final = ("home", "snippets")
NO_VARIABLES: Final[Mapping[str, str]] = MappingProxyType({})
Times = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _State:
    """What was read at one time."""

    times: Times = field(default_factory=dict)
    frame: Frame = field(default_factory=Frame)
    theme: Theme = field(default_factory=Theme)
    home: HomePage = field(default_factory=lambda: HomePage(OWN_HOME))
    problems: tuple[ContentProblem, ...] = ()


class ContentSite:
    """Implements ``Site``. A file that cannot be read at all leaves what was read last.

    ``tokens`` is the portal's own style sheet of colors and fonts, which a theme changes.
    """

    def __init__(
        self,
        root: Path,
        roles: frozenset[str],
        tokens: Path,
        variables: Mapping[str, str] = NO_VARIABLES,
        seconds: float = CHECK_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root
        self._roles = roles
        self._tokens = tokens
        self._variables = variables
        self._state = _State()
        self._watch = Watch(self._look, seconds, monotonic)

    def frame(self) -> Frame:
        """Return the top bar and the foot."""
        return self._current().frame

    def theme(self) -> Theme:
        """Return what differs from the portal's own look."""
        return self._current().theme

    def home(self) -> tuple[HomeBlock, ...]:
        """Return the blocks of the home page."""
        return self._current().home.blocks

    def file(self, path: str) -> ContentFile | None:
        """Return a file that the theme uses, by its path below ``theme/``."""
        state = self._current()
        found = state.theme.files.get(path) or state.home.files.get(path)
        if found is None:
            return None
        file = (self._root / FOLDER / path).resolve()
        try:
            facts = file.stat()
        except OSError:
            return None
        modified = datetime.fromtimestamp(int(facts.st_mtime), UTC)
        return ContentFile(str(file), found.media_type, found.digest, modified, is_shown=True)

    def problems(self) -> tuple[ContentProblem, ...]:
        """Read everything again and return all that is wrong, by file and line."""
        return self._read(_times(self._root)).problems

    def _current(self) -> _State:
        self._watch.refresh()
        return self._state

    def _look(self) -> None:
        times = _times(self._root)
        if times == self._state.times:
            return
        state = self._read(times)
        for problem in state.problems:
            if problem not in self._state.problems:
                logger.warning("The content is to be corrected. %s", problem)
        self._state = state

    def _read(self, times: Times) -> _State:
        problems: list[ContentProblem] = []
        frame, theme = self._frame(problems), self._theme(problems)
        home = self._home(problems) if HOME in times else HomePage(OWN_HOME)
        return _State(times, frame, theme, home, tuple(problems))

    def _frame(self, problems: list[ContentProblem]) -> Frame:
        try:
            toml = Toml(NAVIGATION, _text(self._root, NAVIGATION))
        except ContentError:  # the side bar is read from the same file, and says so
            return self._state.frame
        found = frame(toml, self._root, self._roles)
        problems += toml.problems
        return found

    def _theme(self, problems: list[ContentProblem]) -> Theme:
        try:
            toml = Toml(THEME, _text(self._root, THEME))
        except ContentError as error:
            problems.append(error.problem)
            return self._state.theme
        found = theme(toml, self._root, tokens(self._tokens))
        problems += toml.problems
        return found

    def _home(self, problems: list[ContentProblem]) -> HomePage:
        variables = {**self._variables, **_variables(self._root)}
        try:
            toml = Toml(HOME, _text(self._root, HOME))
        except ContentError as error:
            problems.append(error.problem)
            return self._state.home
        found = home(toml, self._root, self._roles, variables)
        problems += toml.problems
        return found


def _variables(root: Path) -> Mapping[str, str]:
    """Return the operator's variables; what is wrong with them, the side bar's reader says."""
    try:
        found = Toml(NAVIGATION, _text(root, NAVIGATION)).facts.get("variables", {})
    except ContentError:
        return {}
    is_table = isinstance(found, Mapping)
    return {name: f"{value}" for name, value in found.items()} if is_table else {}


def _text(root: Path, name: str) -> str:
    return read_text(root, root, name) if (root / name).exists() else ""


def _times(root: Path) -> Times:
    return dict(_seen(root))


def _seen(root: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    texts = (file for name in TEXTS for file in (root / name).rglob("*.md"))
    for file in (root / NAVIGATION, root / HOME, *watched(root), *islice(texts, MOST_TEXTS)):
        try:
            facts = file.stat()
        except OSError:
            continue
        yield file.relative_to(root).as_posix(), (facts.st_mtime_ns, facts.st_size)
