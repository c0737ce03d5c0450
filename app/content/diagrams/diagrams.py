"""The drawings of Mermaid texts: on disk by the hash of the text, drawn while nobody waits."""

import hashlib
import logging
import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.content.diagrams.node import CannotDraw, run_node
from app.content.diagrams.svg import STYLE, reduced, size

logger = logging.getLogger(__name__)

MOST_REMEMBERED: Final = 2_000
# Another version of the library or of the style is another drawing.
EDITION: Final = hashlib.sha256(f"beautiful-mermaid 1.1 {STYLE}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing that is there, by name; its size in pixels, 0 where unknown."""

    name: str
    width: int
    height: int


class Diagrams:
    """Finds drawings, and has those that are missing drawn one after the other.

    ``start`` runs something beside the requests. The folder may be emptied at any time; it is
    asked for when there is something to draw.
    """

    def __init__(
        self,
        folder: Callable[[], Path],
        start: Callable[[Callable[[], object]], object],
        draw: Callable[[str], str] = run_node,
    ) -> None:
        self._folder = folder
        self._start = start
        self._draw = draw
        self._lock = threading.Lock()
        self._waiting: deque[str] = deque()
        self._is_drawing = False
        self._drawn: dict[str, Drawing] = {}
        self._failed: dict[str, str] = {}
        self.generation = 0  # grows with every text that is done, so that pages are made anew

    def find(self, text: str) -> tuple[Drawing | None, str]:
        """Return the drawing of a text, or why there can be none; neither while it is made."""
        name = name_of(text)
        if name in self._failed:
            return None, self._failed[name]
        found = self._drawn.get(name) or self._on_disk(name)
        if found is None:
            self._want(text)
            return self._drawn.get(name), self._failed.get(name, "")
        return found, ""

    def file(self, name: str) -> Path:
        """Return where a drawing lies, whether it does or not."""
        return self._folder() / f"{name}.svg"

    def _on_disk(self, name: str) -> Drawing | None:
        try:
            width, height = size(self.file(name).read_text(encoding="utf-8"))
        except OSError:
            return None
        return self._remember(Drawing(name, width, height))

    def _remember(self, drawing: Drawing) -> Drawing:
        if len(self._drawn) >= MOST_REMEMBERED:
            self._drawn.clear()
        self._drawn[drawing.name] = drawing
        return drawing

    def _want(self, text: str) -> None:
        with self._lock:
            if text not in self._waiting:
                self._waiting.append(text)
            begins, self._is_drawing = not self._is_drawing, True
        if begins:
            self._start(self._work)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_drawing = False
                    return
                text = self._waiting[0]
            self._make(text)
            with self._lock:
                self._waiting.popleft()
                self.generation += 1

    def _make(self, text: str) -> None:
        name = name_of(text)
        try:
            drawing = reduced(self._draw(text))
            self._keep(name, drawing)
            self._remember(Drawing(name, *size(drawing)))
        except (CannotDraw, ValueError) as error:
            self._fail(name, f"{error}")
        except OSError as error:
            self._fail(name, f"the diagram cannot be kept: {error.strerror}")

    def _fail(self, name: str, why: str) -> None:
        if len(self._failed) >= MOST_REMEMBERED:
            self._failed.clear()
        self._failed[name] = why

    def _keep(self, name: str, drawing: str) -> None:
        folder = self._folder()
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, written = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(drawing)
        Path(written).replace(self.file(name))


def name_of(text: str) -> str:
    """Return the name of a text's drawing: 24 hex characters."""
    return hashlib.sha256(EDITION + text.encode()).hexdigest()[:24]
