"""Whether an API product covers a call: its environments, proxies, operations or paths."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from emulator.model import ApiProduct

# Groups for calls of other kinds; a product with one of these covers nothing else.
_OTHER_GROUPS = (
    "graphqlOperationGroup",
    "grpcOperationGroup",
    "llmOperationGroup",
    "payloadOperationGroup",
)


@dataclass(frozen=True, slots=True)
class Target:
    """A call as the gateway sees it; `path` is what follows the proxy's base path."""

    environment: str
    proxy: str
    path: str
    method: str


def covers(product: ApiProduct, target: Target) -> bool:
    """Empty environments, proxies or paths mean all; operations, where given, decide alone."""
    environments = product.texts("environments")
    if environments and target.environment not in environments:
        return False
    if product.settings.get("operationGroup"):
        return operation_for(product, target) is not None
    if any(name in product.settings for name in _OTHER_GROUPS):
        return False
    proxies = product.texts("proxies")
    if proxies and target.proxy not in proxies:
        return False
    resources = product.texts("apiResources")
    return not resources or any(path_matches(each, target.path) for each in resources)


def operation_for(product: ApiProduct, target: Target) -> Mapping[str, Any] | None:
    """The first configured operation that covers a call, where the product names operations."""
    group = product.settings.get("operationGroup") or {}
    configs = group.get("operationConfigs", ())
    return next((each for each in configs if _operation_covers(each, target)), None)


def _operation_covers(config: Mapping[str, Any], target: Target) -> bool:
    if config.get("apiSource") != target.proxy:
        return False
    return any(
        path_matches(each.get("resource", "/"), target.path)
        and (not each.get("methods") or target.method in each["methods"])
        for each in config.get("operations", ())
    )


def path_matches(pattern: str, path: str) -> bool:
    """`/` covers everything, `*` and `{id}` one part of the path, `**` all that follows."""
    return pattern == "/" or _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*|\*|\{[^/}]*\})", pattern)
    wild = {"**": ".*", "*": "[^/]+"}
    return re.compile(
        "".join(
            "[^/]+" if each.startswith("{") else wild.get(each) or re.escape(each)
            for each in pieces
        )
    )
