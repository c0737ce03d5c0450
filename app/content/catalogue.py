"""The APIs of the content folder, kept in memory and read again when a file changes."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.content.apis import ApiFolder, read_api
from app.content.compiling.parts import ShelfParts
from app.content.compiling.summary import Summary
from app.content.compiling.workshop import Workshop
from app.content.files import ContentError
from app.domain.apis import Api
from app.domain.documentation import MISTAKES, ContentProblem

logger = logging.getLogger(__name__)
mistakes = logging.getLogger(MISTAKES)

CHECK_SECONDS: Final = 3.0
SHOWN_LAST: Final = "; the last good version is shown"
LEFT_OUT: Final = "An API of the content is left out. apis/%s"
SHOWN: Final = f"An API of the content cannot be read. apis/%s{SHOWN_LAST}"
Times = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class LoadedApi:
    """An API that can be shown, and its document; ``written_for`` is the document's own version."""

    api: Api
    folder: ApiFolder
    written_for: str = ""


@dataclass(frozen=True, slots=True)
class _Folder:
    """One API's folder as it was read: its files' times, and the API if it is valid.

    While the document ``waited_for`` is prepared, the API is what it was before; so it is while
    the document ``is_refused``.
    """

    times: Times
    loaded: LoadedApi | None
    waited_for: ApiFolder | None = None
    is_refused: bool = False


class ContentCatalogue:
    """Implements ``ApiCatalogue``: read at the first use, looked at again every 3 seconds.

    An API that cannot be used is left out and logged once; the others are shown. A refused
    document is shown as it was fine last, by the access rules of today. A large one is prepared
    while nobody waits; until then its API has no operations, or those that were fine last.
    """

    def __init__(
        self, folder: Path, workshop: Workshop, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._root = folder
        self._workshop = workshop
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._checked_at: float | None = None
        self._folders: Mapping[str, _Folder] = {}
        self._apis: tuple[Api, ...] = ()
        self._by_product: Mapping[str, tuple[Api, ...]] = {}
        self._by_slug: Mapping[str, LoadedApi] = {}

    def all(self) -> Sequence[Api]:
        """Return every valid API, by title."""
        self._refresh()
        return self._apis

    def for_product(self, product: str) -> Sequence[Api]:
        """Return the valid APIs that this product opens, by title."""
        self._refresh()
        return self._by_product.get(product, ())

    def loaded(self, slug: str) -> LoadedApi | None:
        """Return a valid API with its document, or None."""
        self._refresh()
        return self._by_slug.get(slug)

    @contextmanager
    def opened(self, loaded: LoadedApi) -> Iterator[ShelfParts]:
        """Open the document of a valid API; raise ``NotReady`` while it is being prepared."""
        with self._workshop.opened(loaded.folder.document) as parts:
            yield parts

    def prepare(self) -> None:
        """Prepare and check every document now; takes minutes at worst."""
        for path in _folders_in(self._root / "apis"):
            with suppress(ContentError):
                self._workshop.prepare(read_api(self._root, path).document)

    def problems(self) -> Sequence[ContentProblem]:
        """Read every API again and return what keeps some from being shown, and what was found."""
        return tuple(
            replace(problem, file=f"apis/{problem.file}")
            for path in _folders_in(self._root / "apis")
            for problem in self._found(path)
        )

    def _found(self, path: Path) -> Iterator[ContentProblem]:
        try:
            folder = read_api(self._root, path)
        except ContentError as error:
            yield error.problem
            return
        try:
            self._summary(folder)
        except ContentError as error:
            told = SHOWN_LAST if self._last(folder) else ""
            yield replace(error.problem, text=f"{error.problem.text}{told}")
            return
        for finding in self._workshop.findings(folder.document) or ():
            yield ContentProblem(folder.shown_document, 0, finding, is_note=True)

    def _refresh(self) -> None:
        if self._is_fresh():
            return
        is_first = self._checked_at is None
        if self._lock.acquire(blocking=is_first):  # later on, the others go on with what is there
            try:
                self._read()
                self._checked_at = self._monotonic()
            finally:
                self._lock.release()

    def _is_fresh(self) -> bool:
        at = self._checked_at
        return at is not None and self._monotonic() - at < CHECK_SECONDS

    def _read(self) -> None:
        folders = dict(self._look())
        if folders == self._folders and self._checked_at is not None:
            return
        found = [folder.loaded for folder in folders.values() if folder.loaded is not None]
        apis = tuple(
            sorted((each.api for each in found), key=lambda api: (api.title.casefold(), api.slug))
        )
        products = {product for api in apis for product in api.products}
        self._folders = folders
        self._apis = apis
        self._by_slug = {each.api.slug: each for each in found}
        self._by_product = {
            product: tuple(api for api in apis if product in api.products) for product in products
        }

    def _look(self) -> Iterator[tuple[str, _Folder]]:
        for path in _folders_in(self._root / "apis"):
            times = _times(self._root, path)
            known = self._folders.get(path.name)
            if known is None or known.times != times:
                known = self._load(path, times)
            elif known.waited_for is not None:
                known = self._again(times, known.waited_for)
            elif known.loaded is not None and not known.is_refused:
                self._workshop.check_later(known.loaded.folder.document)
            yield path.name, known

    def _load(self, path: Path, times: Times) -> _Folder:
        try:
            return self._again(times, read_api(self._root, path))
        except ContentError as error:
            mistakes.error(LEFT_OUT, error)
            return _Folder(times, None)

    def _again(self, times: Times, folder: ApiFolder) -> _Folder:
        """Return the API with what is known of its document by now."""
        try:
            found = self._summary(folder)
        except ContentError as error:
            last = self._last(folder)
            mistakes.error(SHOWN if last else LEFT_OUT, error)
            return _Folder(times, last, is_refused=True)
        if found is None:
            before = self._last(folder) or LoadedApi(folder.api(None), folder)
            return _Folder(times, before, folder)
        self._workshop.remember(folder.document)
        return _Folder(times, LoadedApi(folder.api(found), folder, found.written_for))

    def _last(self, folder: ApiFolder) -> LoadedApi | None:
        """Return the API with its document as it was fine last, if it ever was."""
        found = self._workshop.before(folder.document)
        if found is None:
            return None
        document, summary = found
        last = replace(folder, document=document)
        return LoadedApi(last.api(summary), last, summary.written_for)

    def _summary(self, folder: ApiFolder) -> Summary | None:
        try:
            return self._workshop.summary(folder.document)
        except ValueError as error:
            raise ContentError(folder.shown_document, f"{error}") from error


def _folders_in(parent: Path) -> list[Path]:
    try:
        return sorted(
            path for path in parent.iterdir() if path.is_dir() and not path.name.startswith(".")
        )
    except FileNotFoundError:
        return []
    except OSError as error:
        logger.error("The content cannot be read: %s", error.strerror)  # noqa: TRY400 - no more to say
        return []


def _times(root: Path, folder: Path) -> Times:
    if not folder.resolve().is_relative_to(root.resolve()):
        return ()
    return tuple(sorted(_time(folder, file) for file in folder.rglob("*")))


def _time(folder: Path, file: Path) -> tuple[str, int, int]:
    name = file.relative_to(folder).as_posix()
    try:
        facts = file.stat()
    except OSError:
        return name, 0, 0
    return name, facts.st_mtime_ns, facts.st_size
