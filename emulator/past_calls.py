"""History for tests and demonstrations: calls of the past, counted as if the gateway had had them.

This is the one way to put calls into the analytics that the gateway did not answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from emulator.calls import Site
from emulator.traffic import GatewayCall
from emulator.verifying import developer_dimension

MAX_TIMES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """Calls of a developer's app that were alike; `time` in milliseconds since 1970.

    Developer (an e-mail) and app may be left out together, for calls that showed no good key.
    An empty environment is the gateway's usual one. Latencies are milliseconds.
    """

    time: int
    times: int = 1
    developer: str = ""
    app: str = ""
    product: str = ""
    apiproxy: str = "weather"
    environment: str = ""
    status: int = 200
    verb: str = "GET"
    total_response_time: float = 0.0
    target_response_time: float = 0.0


def read_past_calls(raw: Any) -> list[PastCall]:
    """The calls of `{"calls": [{"time": ..., ...}]}`. Raises ValueError."""
    listed = raw.get("calls") if isinstance(raw, dict) and set(raw) == {"calls"} else None
    if not isinstance(listed, list):
        raise ValueError('an object with the list "calls" is expected')  # noqa: TRY004 - one kind
    return [_read(each) for each in listed]


def record_past_calls(site: Site, calls: Sequence[PastCall]) -> None:
    """Count them all, or none: raises ValueError for what is not in the organisation."""
    with site.store.lock:
        resolved = [(_resolve(site, each), each.times) for each in calls]
    for call, times in resolved:
        site.traffic.record(call, times)


def _read(raw: Any) -> PastCall:
    types: Mapping[str, Any] = {each.name: each.type for each in fields(PastCall)}
    if not isinstance(raw, dict) or not types.keys() >= raw.keys() or "time" not in raw:
        raise ValueError(f"a call has a time, and of {', '.join(types)} what is known")
    for name, value in raw.items():
        wanted = (int, float) if types[name] is float else types[name]
        if isinstance(value, bool) or not isinstance(value, wanted):
            raise ValueError(f"{name}: {value} is of the wrong type")  # noqa: TRY004 - one kind
    return PastCall(**raw)


def _resolve(site: Site, call: PastCall) -> GatewayCall:
    if not 1 <= call.times <= MAX_TIMES or call.time > site.now():
        raise ValueError(f"time is in the past, times 1 to {MAX_TIMES}")
    environment = call.environment or site.organization.usual_environment
    if environment not in site.organization.environments:
        raise ValueError(f"there is no environment {environment}")
    if call.product and call.product not in site.store.products:
        raise ValueError(f"there is no product {call.product}")
    latency = round(call.total_response_time - call.target_response_time, 3)
    return GatewayCall(
        time=call.time,
        environment=environment,
        status=call.status,
        apiproxy=call.apiproxy,
        api_product=call.product,
        developer_app=call.app,
        developer=_developer(site, call),
        developer_email=call.developer,
        verb=call.verb,
        policy_error=call.status >= 400 and not call.app,  # noqa: PLR2004 - HTTP's classes
        total_response_time=call.total_response_time,
        target_response_time=call.target_response_time,
        request_processing_latency=max(latency, 0.0),
    )


def _developer(site: Site, call: PastCall) -> str:
    if not call.developer and not call.app:
        return ""
    developer = site.store.developer(call.developer)
    if developer is None or site.store.app(developer, call.app) is None:
        raise ValueError(f"{call.developer} has no app {call.app}")
    return developer_dimension(site, developer)
