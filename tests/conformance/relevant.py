"""Which methods of the discovery document a developer portal stands on.

A run of the whole suite fails when one of them was never answered. Left out, with reasons:
monetization (rate plans, subscriptions, balances, billing), which the portal does not do, and
all that administers proxies, environments and the organisation itself.
"""

import re
from collections.abc import Iterable

_PORTAL = (
    r"organizations\.(get|list|getProjectMapping)",
    r"organizations\.environments\.(get|stats\.get|optimizedStats\.get)",
    r"organizations\.(developers|apps|apiproducts|appgroups)\..+",
)
_MONETIZATION = r".*(rateplans|subscriptions|balance|Balance|MonetizationConfig).*"


def relevant(names: Iterable[str]) -> frozenset[str]:
    """Those of the document's methods that a portal needs."""
    return frozenset(
        name
        for name in names
        if any(re.fullmatch(each, name) for each in _PORTAL)
        and not re.fullmatch(_MONETIZATION, name)
    )
