"""Quotas at the gateway: an API product's `quota` per `quotaInterval` `quotaTimeUnit`, per app.

Windows follow the clock (UTC), as those of Apigee's default quota policy do.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from emulator.matching import Target, operation_for
from emulator.model import ApiProduct

_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Quota:
    """So many calls in so many units; `scope` names what shares the count within the app."""

    limit: int
    interval: int
    unit: str
    scope: str

    def window(self, now: float) -> int:
        """The number of the window a moment (seconds since 1970) is in."""
        if self.unit == "month":
            moment = datetime.fromtimestamp(now, UTC)
            return (moment.year * 12 + moment.month - 1) // self.interval
        return int(now // (_SECONDS[self.unit] * self.interval))


def quota_of(product: ApiProduct, target: Target) -> Quota | None:
    """The quota for a call: that of its operation, else the product's; None where none is set."""
    settings = product.settings
    operation = operation_for(product, target) or {}
    own: Mapping[str, Any] = operation.get("quota") or {}
    if own:
        parts = own.get("limit"), own.get("interval"), own.get("timeUnit")
        return _quota(parts, f"{product.name}/{target.proxy}")
    parts = settings.get("quota"), settings.get("quotaInterval"), settings.get("quotaTimeUnit")
    scope = target.proxy if settings.get("quotaCounterScope") == "PROXY" else ""
    return _quota(parts, f"{product.name}/{scope}")


def _quota(parts: tuple[Any, Any, Any], scope: str) -> Quota | None:
    limit, interval, unit = (str(each or "") for each in parts)
    if not (limit.isdecimal() and interval.isdecimal() and int(interval)):
        return None
    known = unit == "month" or unit in _SECONDS
    return Quota(int(limit), int(interval), unit, scope) if known else None


class Counters:
    """How much of each quota an app has used in the window that is open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[tuple[str, str], tuple[int, int]] = {}

    def take(self, app_id: str, quota: Quota, now: float) -> bool:
        """Count one call; False when the quota was used up already."""
        window, key = quota.window(now), (app_id, quota.scope)
        with self._lock:
            begun, used = self._used.get(key, (window, 0))
            used = used if begun == window else 0
            if used >= quota.limit:
                return False
            self._used[key] = (window, used + 1)
        return True

    def clear(self) -> None:
        """Begin every count anew."""
        with self._lock:
            self._used.clear()
