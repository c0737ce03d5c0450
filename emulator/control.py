"""Test controls under `/_emulator/`: the journal, faults, past calls, reset."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from emulator.faults import Faults
from emulator.journal import Journal, Kind
from emulator.messages import Request, Response
from emulator.past_calls import PastCall, read_past_calls

BASE = "/_emulator/"
_LOGIN = b"<!DOCTYPE html>\n<title>Sign in</title>\n<form><input type=password></form>\n"
_KINDS: dict[str, Kind | None] = {
    "": "management",
    "management": "management",
    "token": "token",
    "gateway": "gateway",
    "all": None,
}


class Control:
    """Answers the controls.

    `reset` puts everything back to the seed, `record` counts past calls (ValueError: it cannot).
    """

    def __init__(
        self,
        journal: Journal,
        faults: Faults,
        reset: Callable[[], None],
        record: Callable[[Sequence[PastCall]], None],
    ) -> None:
        self._journal = journal
        self._faults = faults
        self._reset = reset
        self._record = record

    def answer(self, request: Request) -> Response:
        calls: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "requests"): self._requests,
            ("POST", "reset"): self._do_reset,
            ("POST", "calls"): self._record_calls,
            ("GET", "faults"): self._list_faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "login"): self._login,
        }
        call = calls.get((request.method, request.path.removeprefix(BASE)))
        if call is None:
            return _json(404, {"error": "there is no such control"})
        return call(request)

    def _requests(self, request: Request) -> Response:
        since, kind = request.query.get("since") or "0", request.query.get("kind", "")
        if not since.isascii() or not since.isdigit() or kind not in _KINDS:
            return _json(400, {"error": "since is a number, kind one of the kinds of entries"})
        entries = self._journal.select(since=int(since), kind=_KINDS[kind])
        rows = [asdict(each) for each in entries]
        return _json(200, {"requests": rows, "last": self._journal.last})

    def _do_reset(self, _request: Request) -> Response:
        self._reset()
        return Response(204)

    def _record_calls(self, request: Request) -> Response:
        try:
            calls = read_past_calls(json.loads(request.body))
            self._record(calls)
        except ValueError as error:
            return _json(400, {"error": str(error)})
        return _json(201, {"calls": sum(each.times for each in calls)})

    def _list_faults(self, _request: Request) -> Response:
        return _json(200, {"faults": self._faults.listed()})

    def _add_fault(self, request: Request) -> Response:
        try:
            raw = json.loads(request.body)
            if not isinstance(raw, dict):
                raise ValueError("an object is expected")  # noqa: TRY301, TRY004 - answered below
            self._faults.add_from(raw)
        except (TypeError, ValueError) as error:
            return _json(400, {"error": str(error)})
        return _json(201, {"faults": self._faults.listed()})

    def _clear_faults(self, _request: Request) -> Response:
        self._faults.clear()
        return Response(204)

    def _login(self, _request: Request) -> Response:
        """Where the fault that redirects to a login page leads."""
        return Response(200, _LOGIN, {"Content-Type": "text/html; charset=UTF-8"})


def _json(status: int, body: Any) -> Response:
    return Response(status, json.dumps(body).encode(), {"Content-Type": "application/json"})
