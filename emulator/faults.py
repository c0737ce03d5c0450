"""Faults switched on for a test: a chosen answer, or only a delay, for calls that match."""

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from emulator.messages import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What to do to calls whose raw path `path` (a regular expression) is found in.

    `times` calls are hit, 0 means all of them; without `status` the call is only delayed; with
    `after` the work is done first and its answer then replaced.
    """

    path: str = ""
    method: str = ""
    status: int = 0
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_milliseconds: int = 0
    times: int = 1
    after: bool = False

    def matches(self, request: Request) -> bool:
        method = self.method.upper()
        return method in ("", request.method) and bool(re.search(self.path, request.path))

    def response(self) -> Response:
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        kind = "text/html" if isinstance(self.body, str) else "application/json"
        body = b"" if self.body is None else text.encode()
        return Response(self.status, body, {"Content-Type": kind, **self.headers})


class Faults:
    """The faults switched on, in order; the first that matches a call acts on it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._active.append((fault, fault.times))

    def add_from(self, raw: Mapping[str, Any]) -> None:
        """Switch a fault on from JSON. Raises ValueError for what it cannot read."""
        known = {each.name for each in fields(Fault)}
        if not known.issuperset(raw):
            raise ValueError(f"unknown: {', '.join(sorted(set(raw) - known))}")
        fault = Fault(**raw)
        try:
            re.compile(fault.path)
        except re.error as error:
            raise ValueError(f"path: {error}") from error
        self.add(fault)

    def clear(self) -> None:
        with self._lock:
            self._active.clear()

    def listed(self) -> list[dict[str, Any]]:
        """The faults that are still on, each with the calls it has left."""
        with self._lock:
            return [{**asdict(fault), "left": left} for fault, left in self._active]

    def take(self, request: Request) -> Fault | None:
        """The fault for this call, counted down, after its delay."""
        with self._lock:
            fault = self._next(request)
        if fault and fault.delay_milliseconds:
            time.sleep(fault.delay_milliseconds / 1000)
        return fault

    def _next(self, request: Request) -> Fault | None:
        for at, (fault, left) in enumerate(self._active):
            if fault.matches(request):
                if left == 1:
                    del self._active[at]
                elif left:
                    self._active[at] = (fault, left - 1)
                return fault
        return None
