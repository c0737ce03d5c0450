"""The search index of the content: made beside the requests, one page or API after the other."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from app.content.local_file import Unusable
from app.content.search.entries import Entry
from app.content.search.file import IndexFile
from app.content.search.sources import Name, Source, Sources
from app.domain.errors import NotReady
from app.domain.search import Indexed, Kind, Wanted

logger = logging.getLogger(__name__)

PATIENCE: Final = 2.0  # seconds that a search waits for what has just changed
PAUSE: Final = 10.0  # seconds after which it is tried again where the file cannot be used
CANNOT_BE_READ: Final = (Unusable, NotReady)
Start = Callable[[Callable[[], object]], None]


class ContentSearch:
    """Implements ``SearchIndex``: what changed is put into the file by work that ``start`` begins.

    A search waits for it two seconds at most. Until a page or an API is there as it is now, it is
    found as it was before. Pages come first, then the APIs, the small ones before the large.
    """

    def __init__(
        self,
        sources: Sources,
        file: IndexFile,
        start: Start,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sources = sources
        self._file = file
        self._start = start
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self._begun = float("-inf")
        self._failed = float("-inf")
        self._stamp: tuple[object, ...] = ()
        self._made_of: tuple[object, ...] | None = None
        self._numbers: dict[Name, int] = {}
        self._waiting: deque[Source] = deque()
        self._is_prepared = True

    def find(self, wanted: Wanted) -> Indexed:
        """Return what is found; whatever keeps the file from being used, an answer comes."""
        self.prepare()
        self._idle.wait(max(0.0, self._begun + PATIENCE - self._monotonic()))
        with self._lock:
            numbers = [number for name, number in self._numbers.items() if _is_in(name, wanted)]
            is_whole = self._made_of is not None and self._is_prepared and self._idle.is_set()
        try:
            groups = self._file.find(wanted.query, numbers, wanted.kind, wanted.first, wanted.most)
        except Unusable as error:
            self._tell(error)
            return Indexed(is_whole=False)
        if groups is None:
            self._forget()
        return Indexed(groups or (), is_whole and groups is not None)

    def prepare(self) -> None:
        """Begin to make what is missing, unless that goes on already; returns at once."""
        stamp = self._sources.stamp()
        with self._lock:
            is_same = self._made_of is not None and _are_same(stamp, self._made_of)
            is_too_early = self._monotonic() - self._failed < PAUSE
            if is_same or is_too_early or not self._idle.is_set():
                return
            self._idle.clear()
            self._begun, self._stamp = self._monotonic(), stamp
        self._go_on(self._begin)

    def _begin(self) -> None:
        every = sorted(self._sources.all(), key=lambda source: source.size)
        there = self._file.holds([source.number for source in every])
        with self._lock:
            names = {source.name for source in every}
            for name in self._numbers.keys() - names:
                del self._numbers[name]
            self._numbers |= {each.name: each.number for each in every if each.number in there}
            self._is_prepared = all(each.is_prepared for each in every)
            self._waiting = deque(each for each in every if each.number not in there)
        self._go_on(self._next)

    def _next(self) -> None:
        if not self._waiting:
            with self._lock:
                numbers = list(self._numbers.values())
            self._file.keep(numbers)
            with self._lock:
                self._made_of = self._stamp
            self._idle.set()
            return
        source = self._waiting.popleft()
        self._file.add(source.number, _entries(source))
        with self._lock:
            self._numbers[source.name] = source.number
        self._go_on(self._next)

    def _go_on(self, step: Callable[[], None]) -> None:
        """Let a step be done; one that fails ends the work, which is begun again later."""

        def guarded() -> None:
            try:
                step()
            except Exception as error:
                self._idle.set()
                if not isinstance(error, CANNOT_BE_READ):
                    raise
                self._tell(error)

        try:
            self._start(guarded)
        except RuntimeError:  # the process is about to end
            self._idle.set()

    def _tell(self, error: Exception) -> None:
        if self._failed == float("-inf"):
            logger.error("The search index cannot be used, so searches find less: %s", error)
        self._failed = self._monotonic()

    def _forget(self) -> None:
        """Somebody deleted the file: whatever was in it is made again."""
        with self._lock:
            self._made_of = None
            self._numbers.clear()


def _entries(source: Source) -> Iterable[Entry]:
    """Return what is to be found in a source; nothing where it has a shape that none foresaw."""
    try:
        return list(source.entries())
    except CANNOT_BE_READ:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is in one document, the others are found
        logger.warning("%s cannot be searched (%s)", source.name[1], type(error).__name__)
        return ()


def _is_in(name: Name, wanted: Wanted) -> bool:
    kind, owner = name
    return owner in (wanted.pages if kind is Kind.PAGES else wanted.apis)


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(here is there for here, there in zip(one, other, strict=True))
