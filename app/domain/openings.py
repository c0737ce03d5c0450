"""What an API product opens on Apigee, proxy by proxy, as a page lists it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from app.domain.apis import Api, ApiOperation
from app.domain.coverage import Call, coverage
from app.domain.products import ApiProduct, Quota

QUERY: Final = re.compile(r"[?#]")


@dataclass(frozen=True, slots=True)
class Line:
    """One path or name with the methods or types that are allowed; none means all."""

    name: str
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """Operations of one proxy that share a quota; no lines means everything the proxy has.

    An empty ``proxy`` means every proxy, an empty ``kind`` paths with methods.
    """

    proxy: str
    lines: tuple[Line, ...] = ()
    kind: str = ""
    quota: Quota | None = None


def openings(product: ApiProduct) -> tuple[Opening, ...]:
    """Return what a key with the product opens.

    Operation groups say it all where there are any; else paths count for every named proxy, and
    without any name for every proxy there is.
    """
    grouped: dict[tuple[str, str, Quota | None], list[Line]] = {}
    for key, line in _operations(product):
        grouped.setdefault(key, []).append(line)
    named = {proxy for proxy, _, _ in grouped}
    found = [
        Opening(proxy, tuple(lines), kind, quota) for (proxy, kind, quota), lines in grouped.items()
    ]
    paths = tuple(Line(path) for path in product.paths)
    found += [Opening(proxy, paths) for proxy in product.proxies if proxy not in named]
    return tuple(found) or (Opening("", paths),)


def opened(api: Api, products: Iterable[ApiProduct]) -> Api:
    """Return the API with those of its operations that a key with these products may call.

    A product of environments that the API's address does not serve opens none.
    """
    serving = [item for item in products if _is_served(api, item)]
    return replace(
        api,
        operations=tuple(
            operation
            for operation in api.operations
            if any(_covers(product, api, operation) for product in serving)
        ),
    )


def _is_served(api: Api, product: ApiProduct) -> bool:
    return not api.environments or any(product.is_in(name) for name in api.environments)


def _covers(product: ApiProduct, api: Api, operation: ApiOperation) -> bool:
    call = Call(proxy=api.proxy, path=_inside(api, operation), method=operation.method)
    return coverage(product, call).is_whole


def _inside(api: Api, operation: ApiOperation) -> str:
    """Return the path as the proxy sees it: what of the address follows its base path."""
    path = QUERY.split(operation.path, maxsplit=1)[0]
    whole = urlsplit(api.base_url).path.rstrip("/") + path
    base = api.base_path.rstrip("/")
    return whole.removeprefix(base) if whole.startswith(f"{base}/") and base else path


def _operations(
    product: ApiProduct,
) -> Iterator[tuple[tuple[str, str, Quota | None], Line]]:
    for item in product.operations:
        yield (item.proxy, "", item.quota), Line(item.path, item.methods)
    for other in product.other_operations:
        yield (other.proxy, other.kind.value, other.quota), Line(other.name, other.verbs)
