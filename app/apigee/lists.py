"""Lists in pages by ``startKey``, which Apigee begins each next page with once more.

Follows "Paging through a list" of the management API: ``count`` and an inclusive ``startKey``.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from app.apigee.errors import upstream
from app.domain.errors import NotFound, UpstreamKind

T = TypeVar("T")

PAGE: Final = 1000
FALLBACKS: Final = 3


def every_item(
    fetch: Callable[[str | None], Sequence[T]], key_of: Callable[[T], str], size: int = PAGE
) -> Iterator[T]:
    """Yield every item once, fetching a page when it is needed; ``fetch`` takes a start key.

    Raises ``Upstream`` where even the first page is not found: then it is the organization.
    """
    seen: set[str] = set()
    page = _first(fetch)
    while True:
        fresh = [item for item in page if key_of(item) not in seen]
        seen.update(key_of(item) for item in fresh)
        yield from fresh
        if len(page) < size or not fresh:
            return
        page = _next(fetch, [key_of(item) for item in page])


def _first(fetch: Callable[[str | None], Sequence[T]]) -> Sequence[T]:
    try:
        return fetch(None)
    except NotFound:
        raise upstream(UpstreamKind.FAILED) from None


def _next(fetch: Callable[[str | None], Sequence[T]], keys: Sequence[str]) -> Sequence[T]:
    """Begin at the last item; one that was deleted meanwhile is no start key any more."""
    for key in reversed(keys[-FALLBACKS:]):
        try:
            return fetch(key)
        except NotFound:
            continue
    raise upstream(UpstreamKind.FAILED)
