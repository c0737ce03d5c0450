"""Documents as they are needed: from the shelf, made at once if small, else while nobody waits."""

import fcntl
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

from app.content.compiling.compiler import SUMMARY
from app.content.compiling.job import (
    FINDINGS,
    REFUSED,
    Changed,
    Task,
    Written,
    compile_document,
    refuse,
)
from app.content.compiling.limits import Limits
from app.content.compiling.parts import ShelfParts
from app.content.compiling.process import run
from app.content.compiling.summary import Summary, from_json
from app.content.local_file import Unusable
from app.content.shelf import Entry, Shelf
from app.domain.errors import NotReady

logger = logging.getLogger(__name__)

SMALL: Final = 300_000  # bytes
LAST, SEEN_BY = "last", "seen by"
QUIET_SECONDS: Final = 30.0  # checks begin later: a portal that starts has better things to do
DEFAULT_LIMITS: Final = Limits()


def aside(work: Callable[[], object]) -> None:
    """Do something in a thread of its own, which nobody waits for."""
    threading.Thread(target=work, name="documents", daemon=True).start()


class Workshop:
    """Takes documents apart and checks them, one at a time on this machine.

    A large document is read by a process with limits. ``start`` runs something beside requests.
    """

    def __init__(
        self,
        shelf: Shelf,
        start: Callable[[Callable[[], object]], object] = aside,
        limits: Limits = DEFAULT_LIMITS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shelf = shelf
        self._start = start
        self._limits = limits
        self._monotonic = monotonic
        self._begun = monotonic()
        self._lock = threading.Lock()
        self._waiting: dict[tuple[Task, str], Written] = {}
        self._is_working = False
        self._checked: set[str] = set()

    def summary(self, document: Written) -> Summary | None:
        """Return what a document says of its API, None while it is being prepared.

        Raises ``ValueError`` with the reason if it is refused.
        """
        try:
            found = self._on_shelf(document)
            if found is None and document.size <= SMALL:
                compile_document(self._shelf, document, document.source())
                found = self._on_shelf(document)
        except Changed:
            return None
        except Unusable as error:
            logger.error("The cache folder cannot be used: %s", error)  # noqa: TRY400 - no more to say
            return None
        if found is None:
            self._want(Task.COMPILE, document)
        return found

    def remember(self, document: Written) -> None:
        """Write down that a document was fine, for a time when the next one is not."""
        if self._remembered(document) != document.key:
            seen_by = json.dumps(document.seen_by).encode()
            with suppress(Unusable):
                self._shelf.keep(
                    document.last_key, [(LAST, document.key.encode()), (SEEN_BY, seen_by)]
                )

    def before(self, document: Written) -> tuple[Written, Summary] | None:
        """Return the version that was fine last, as the shelf has it, also after a restart.

        None if others saw it then: what is not shown today may be hidden from today's readers.
        """
        key = self._remembered(document)
        if not key:
            return None
        last = replace(document, key=key)
        with suppress(Unusable, ValueError):
            found = self._on_shelf(last)
            return (last, found) if found else None
        return None

    def _remembered(self, document: Written) -> str:
        try:
            with self._shelf.reading(document.last_key) as entry:
                last = entry.part(LAST) if entry else None
                seen_by = entry.part(SEEN_BY) if entry else None
        except Unusable:
            return ""
        is_same = seen_by == json.dumps(document.seen_by).encode()
        return last.decode() if last and is_same else ""

    @contextmanager
    def opened(self, document: Written) -> Iterator[ShelfParts]:
        """Open the parts of a document; raise ``NotReady`` where they must be made first."""
        try:
            for _ in range(2):
                with self._shelf.reading(document.key) as entry:
                    if entry is not None and entry.part(SUMMARY) is not None:
                        yield ShelfParts(entry)
                        return
                with suppress(ValueError):
                    self.summary(document)
        except Unusable as error:
            raise NotReady from error
        raise NotReady

    def check_later(self, document: Written) -> None:
        """Have a document checked by the rules of OpenAPI, once, some time after the start."""
        if document.key in self._checked or self._monotonic() - self._begun < QUIET_SECONDS:
            return
        if self.findings(document) is None:
            self._want(Task.CHECK, document)
        else:
            self._checked.add(document.key)

    def findings(self, document: Written) -> tuple[str, ...] | None:
        """Return what the check of a document found, None before it."""
        try:
            with self._shelf.reading(document.checked_key) as entry:
                content = entry.part(FINDINGS) if entry else None
        except Unusable:
            return None
        return None if content is None else tuple(json.loads(content))

    def prepare(self, document: Written) -> None:
        """Do everything for a document now; takes minutes at worst."""
        with suppress(ValueError, Unusable), self._alone(fcntl.LOCK_EX):
            known = self._on_shelf if document.size > SMALL else self.summary
            if known(document) is None:
                self._do(Task.COMPILE, document)
            if self.findings(document) is None:
                self._do(Task.CHECK, document)

    def _on_shelf(self, document: Written) -> Summary | None:
        with self._shelf.reading(document.key) as entry:
            return _told(entry) if entry else None

    def _want(self, task: Task, document: Written) -> None:
        with self._lock:
            self._waiting.setdefault((task, document.key), document)
            begins, self._is_working = not self._is_working, True
        if begins:
            self._start(self._work)

    def _work(self) -> None:
        """Do what waits; what another process is at is asked for again later."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_working = False
                    return
                task, key = next(iter(self._waiting))
                document = self._waiting.pop((task, key))
            with suppress(BlockingIOError), self._alone(fcntl.LOCK_EX | fcntl.LOCK_NB):
                self._do(task, document)

    def _do(self, task: Task, document: Written) -> None:
        try:
            reason = run(task, document, self._shelf.folder(), self._limits)
            if reason and task is Task.COMPILE:
                refuse(self._shelf, document, reason)
            elif reason:
                found = json.dumps([f"could not be checked: it {reason}"]).encode()
                self._shelf.keep(document.checked_key, [(FINDINGS, found)])
        except Changed:
            return
        except (Unusable, OSError) as error:
            logger.error("A document could not be read: %s", error)  # noqa: TRY400 - no more to say

    @contextmanager
    def _alone(self, how: int) -> Iterator[None]:
        """One process of this machine at a time reads documents that nobody waits for."""
        path = self._shelf.folder() / "documents-lock"
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)


def _told(entry: Entry) -> Summary | None:
    refused, summary = entry.part(REFUSED), entry.part(SUMMARY)
    if refused is not None:
        raise ValueError(refused.decode())
    return from_json(summary) if summary is not None else None
