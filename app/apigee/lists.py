"""Lists in pages by ``startKey``, which Apigee begins each next page with once more.

Follows "Paging through a list" of the management API: ``count`` and an inclusive ``startKey``.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final, TypeVar

from app.apigee.errors import upstream
from app.domain.errors import NotFound, UpstreamKind

T = TypeVar("T")

PAGE: Final = 1000
FALLBACKS: Final = 3


def every_item(
    fetch: Callable[[str | None], Sequence[T]],
    key_of: Callable[[T], str],
    size: int = PAGE,
    *,
    start: str | None = None,
    of_organization: bool = True,
) -> Iterator[T]:
    """Yield what ``every_page`` does, one by one."""
    pages = every_page(fetch, key_of, size, start=start, of_organization=of_organization)
    return chain.from_iterable(pages)


def every_page(
    fetch: Callable[[str | None], Sequence[T]],
    key_of: Callable[[T], str],
    size: int = PAGE,
    *,
    start: str | None = None,
    of_organization: bool = True,
) -> Iterator[Sequence[T]]:
    """Yield every item once, fetching a page when it is needed; ``fetch`` takes a start key.

    Only the keys of the last page are kept, so a list may be as long as it likes. Raises
    ``NotFound`` when there is no ``start``, or nothing that the list is of; the organization
    itself is always there, so a list of its own that is not found is ``Upstream``.
    """
    page = _first(fetch) if of_organization and start is None else fetch(start)
    before = frozenset[str]()
    while True:
        keys = [key_of(item) for item in page]
        fresh = {key: item for key, item in zip(keys, page, strict=True) if key not in before}
        yield tuple(fresh.values())
        if len(page) < size or not fresh:
            return
        page, before = _next(fetch, keys), frozenset(keys)


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
