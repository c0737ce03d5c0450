"""The APIs of the content folder, kept in memory and read again when a file changes."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.content.apis import LoadedApi, load_api
from app.content.files import ContentError
from app.domain.apis import Api
from app.domain.documentation import ContentProblem

logger = logging.getLogger(__name__)

CHECK_SECONDS: Final = 3.0
Times = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Folder:
    """One API's folder as it was read: its files' times, and the API if it is valid."""

    times: Times
    loaded: LoadedApi | None


class ContentCatalogue:
    """Implements ``ApiCatalogue``: read at the first use, looked at again every 3 seconds.

    An API that cannot be used is left out and logged once; the others are shown.
    """

    def __init__(self, folder: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._root = folder
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

    def problems(self) -> Sequence[ContentProblem]:
        """Read every API again and return what keeps some from being shown."""
        return tuple(self._refused())

    def _refused(self) -> Iterator[ContentProblem]:
        for path in _folders_in(self._root / "apis"):
            try:
                load_api(self._root, path)
            except ContentError as error:
                found = error.problem
                yield ContentProblem(f"apis/{found.file}", found.line, found.text)

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
            if known is not None and known.times == times:
                yield path.name, known
            else:
                yield path.name, _Folder(times, self._load(path))

    def _load(self, path: Path) -> LoadedApi | None:
        try:
            return load_api(self._root, path)
        except ContentError as error:
            logger.error("An API of the content is left out. apis/%s", error)  # noqa: TRY400 - the message says it all
            return None


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
