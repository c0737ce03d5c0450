"""The gateway beside the management API: the sample API behind a check of key and quota.

It refuses with the faults of Apigee's VerifyAPIKey and Quota policies. The chain is looked at from
the developer down; of several broken links the first one is named. Every call is counted.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from emulator import weather
from emulator.calls import Site
from emulator.matching import Target
from emulator.messages import Request, Response
from emulator.quota import Counters
from emulator.traffic import GatewayCall
from emulator.verifying import Fault, Verdict, verify

HEADER, PARAMETER = "x-apikey", "apikey"
_ADDRESS = re.compile(r"/proxy(?:-(?P<environment>[A-Za-z0-9-]+))?/(?P<proxy>[^/]*)(?P<rest>.*)")
_PROXIES = {"weather": weather.answer}
# Keys and addresses remembered at once; made-up ones must not fill the memory.
REMEMBERED = 10_000

MISSING = Fault(
    "steps.oauth.v2.FailedToResolveAPIKey",
    "Failed to resolve API Key variable request.header.x-apikey",
)
QUOTA_USED = Fault(
    "policies.ratelimit.QuotaViolation",
    "Rate limit quota violation. Quota limit  exceeded. Identifier : _default",
)


@dataclass(slots=True)
class Watch:
    """When the parts of one call began and ended, in seconds of a clock that never jumps."""

    begun: float = 0.0
    target_begun: float = 0.0
    target_ended: float = 0.0

    def latencies(self) -> Mapping[str, float]:
        """The fields of GatewayCall in milliseconds; without a target all is the request's."""
        now = time.perf_counter()
        reached = self.target_begun > 0
        begun, ended = (self.target_begun, self.target_ended) if reached else (now, now)
        return {
            "total_response_time": _milliseconds(now - self.begun),
            "target_response_time": _milliseconds(ended - begun),
            "request_processing_latency": _milliseconds(begun - self.begun),
            "response_processing_latency": _milliseconds(now - ended),
        }


def serves(path: str) -> bool:
    """Whether an address is the gateway's."""
    return _ADDRESS.fullmatch(path) is not None


class Gateway:
    """Answers `/proxy/…`, and `/proxy-ENVIRONMENT/…` for one that is not the usual one."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._remembered: dict[tuple[str, Target], tuple[float, Verdict]] = {}
        self._counters = Counters()

    def answer(self, request: Request) -> Response:
        watch = Watch(time.perf_counter())
        target = self._target(request)
        verdict = self._judge(request, target)
        if verdict.fault:
            response = verdict.fault.response()
        else:
            response = self._forward(request, target, watch)
        self._count(target, verdict, response, watch)
        return response

    def forget(self) -> None:
        """Drop what is remembered of keys and quotas."""
        self._remembered.clear()
        self._counters.clear()

    def _target(self, request: Request) -> Target:
        found = _ADDRESS.fullmatch(unquote(request.path))
        named, name, rest = found.groups() if found else (None, "", "")
        known = self._site.organization.environments
        environment = named or self._site.organization.usual_environment
        proxy = name if name in _PROXIES and environment in known else ""
        return Target(environment, proxy, rest or "/", request.method)

    def _judge(self, request: Request, target: Target) -> Verdict:
        if not target.proxy:
            host = request.headers.get("host", "")
            text = f"Unable to identify proxy for host: {host} and url: {request.path}"
            code = "messaging.adaptors.http.flow.ApplicationNotFound"
            return Verdict(Fault(code, text, 404))
        key = request.headers.get(HEADER) or request.query.get(PARAMETER, "")
        verdict = self._remembering(key, target) if key else Verdict(MISSING)
        quota = verdict.quota
        if verdict.fault or quota is None:
            return verdict
        if self._counters.take(verdict.app_id, quota, self._site.clock()):
            return verdict
        return verdict.refused(QUOTA_USED.answering(self._site.switches.quota_fault_status))

    def _remembering(self, key: str, target: Target) -> Verdict:
        keep = self._site.switches.runtime_cache_seconds
        now = self._site.clock()
        until, verdict = self._remembered.get((key, target), (0.0, Verdict()))
        if keep and now < until:
            return verdict
        with self._site.store.transaction():
            verdict = verify(self._site, key, target)
        if keep:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[key, target] = (now + keep, verdict)
        return verdict

    def _forward(self, request: Request, target: Target, watch: Watch) -> Response:
        if request.method != "GET":
            return _json(405, {"error": "This API can only be read"}, {"Allow": "GET"})
        watch.target_begun = time.perf_counter()
        status, body = _PROXIES[target.proxy](target.path, request.query, self._site.clock())
        watch.target_ended = time.perf_counter()
        return _json(status, body)

    def _count(self, target: Target, verdict: Verdict, response: Response, watch: Watch) -> None:
        if target.environment not in self._site.organization.environments:
            return
        seen = verdict if self._site.switches.attribute_refused_calls else verdict.resolved
        call = GatewayCall(
            time=self._site.now(),
            environment=target.environment,
            status=response.status,
            apiproxy=target.proxy,
            api_product=seen.product,
            developer_app=seen.app,
            developer=seen.developer,
            developer_email=seen.developer_email,
            verb=target.method,
            policy_error=verdict.fault is not None,
            **watch.latencies(),
        )
        self._site.traffic.record(call)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _json(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    kind = {"Content-Type": "application/json"}
    return Response(status, json.dumps(body).encode(), {**kind, **(headers or {})})
