"""Whether an API product covers a call, matched as Apigee's runtime matches it.

Empty environments, proxies or paths mean all of them; operations, where a product names any,
decide alone. Follows "Configuring resource paths" of Apigee's API product documents.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from app.domain.products import ApiProduct, Operation

_WILD: Final = re.compile(r"(\*\*|\*|\{[^/}]*\})")


class Fit(StrEnum):
    """Whether one part of a call is covered; open where that part was not named."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the gateway sees it; an empty text is a part that was not named.

    ``path`` is what follows the proxy's base path.
    """

    proxy: str = ""
    environment: str = ""
    path: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a call a product covers."""

    proxy: Fit
    environment: Fit
    path: Fit
    method: Fit

    @property
    def parts(self) -> tuple[Fit, Fit, Fit, Fit]:
        """All four, in the order in which they are looked at."""
        return self.proxy, self.environment, self.path, self.method

    @property
    def reach(self) -> int:
        """How many parts fit before the first that does not."""
        return (*self.parts, Fit.NO).index(Fit.NO)

    @property
    def is_whole(self) -> bool:
        """Whether nothing that was named is left out."""
        return Fit.NO not in self.parts


def coverage(product: ApiProduct, call: Call) -> Coverage:
    """Compare a product with a call, part by part."""
    environment = _fit(call.environment, product.environments)
    if product.operations:
        return _by_operations(product.operations, call, environment)
    if product.other_operations:
        return Coverage(Fit.OPEN, environment, Fit.OPEN, Fit.OPEN)
    path = _path_fit(product.paths, call.path)
    return Coverage(_fit(call.proxy, product.proxies), environment, path, _any_method(call))


def path_matches(pattern: str, path: str) -> bool:
    """`/` covers everything, `*` and `{id}` one part of the path, `**` all that follows."""
    return pattern == "/" or _compiled(pattern).fullmatch(path) is not None


def _fit(value: str, allowed: Sequence[str]) -> Fit:
    if not allowed:
        return Fit.YES
    if not value:
        return Fit.OPEN
    return Fit.YES if value in allowed else Fit.NO


def _any_method(call: Call) -> Fit:
    """Without operations a product says nothing about methods."""
    return Fit.YES if call.method else Fit.OPEN


def _path_fit(patterns: Sequence[str], path: str) -> Fit:
    if not patterns or "/" in patterns:
        return Fit.YES
    if not path:
        return Fit.OPEN
    return Fit.YES if any(path_matches(each, path) for each in patterns) else Fit.NO


def _by_operations(operations: Iterable[Operation], call: Call, environment: Fit) -> Coverage:
    """Each part looks only at the operations that the parts before it left."""
    left = list(operations)
    proxy = _fit(call.proxy, [item.proxy for item in left])
    if proxy is Fit.YES:
        left = [item for item in left if item.proxy == call.proxy]
    path = _path_fit([item.path for item in left], call.path)
    if call.path:
        left = [item for item in left if path_matches(item.path, call.path)]
    return Coverage(proxy, environment, path, _method_fit(left, call.method))


def _method_fit(operations: Sequence[Operation], method: str) -> Fit:
    if not operations or not method:
        return Fit.OPEN
    fits = any(not item.methods or method in item.methods for item in operations)
    return Fit.YES if fits else Fit.NO


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = _WILD.split(pattern)
    wild = {"**": ".*", "*": "[^/]+"}
    return re.compile(
        "".join(
            "[^/]+" if each.startswith("{") else wild.get(each) or re.escape(each)
            for each in pieces
        )
    )
