"""Frame, theme and home page of the content folder: read at first use, and again by file time."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.content.files import ContentError, read_text
from app.content.site.frame import frame
from app.content.site.toml import Toml
from app.content.watch import CHECK_SECONDS, Watch
from app.domain.documentation import ContentProblem
from app.domain.site import Frame

logger = logging.getLogger(__name__)

NAVIGATION: Final = "navigation.toml"
Times = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _State:
    """What was read at one time."""

    times: Times = field(default_factory=dict)
    frame: Frame = field(default_factory=Frame)
    problems: tuple[ContentProblem, ...] = ()


class ContentSite:
    """Implements ``Site``. A file that cannot be read at all leaves what was read last."""

    def __init__(
        self,
        root: Path,
        roles: frozenset[str],
        seconds: float = CHECK_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root
        self._roles = roles
        self._state = _State()
        self._watch = Watch(self._look, seconds, monotonic)

    def frame(self) -> Frame:
        """Return the top bar and the foot."""
        return self._current().frame

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
        return _State(times, self._frame(problems), tuple(problems))

    def _frame(self, problems: list[ContentProblem]) -> Frame:
        try:
            toml = Toml(NAVIGATION, _text(self._root, NAVIGATION))
        except ContentError:  # the side bar is read from the same file, and says so
            return self._state.frame
        found = frame(toml, self._root, self._roles)
        problems += toml.problems
        return found


def _text(root: Path, name: str) -> str:
    return read_text(root, root, name) if (root / name).exists() else ""


def _times(root: Path) -> Times:
    return dict(_seen(root))


def _seen(root: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    for name in (NAVIGATION,):
        try:
            facts = (root / name).stat()
        except OSError:
            continue
        yield name, (facts.st_mtime_ns, facts.st_size)
