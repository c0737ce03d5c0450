"""Whole exchanges of the management API as JSON lines, to be checked later by somebody else.

Where `EMULATOR_RECORD` names a folder, `python -m emulator` records there: a test suite that
starts emulators as processes of their own sets it, and reads what they answered. The files hold
keys, but not the callers' own credentials: the header that carries them is left out, and so are
the exchanges in which callers get them.
"""

import base64
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from emulator.messages import Exchange, Request, Response

VARIABLE = "EMULATOR_RECORD"


class Recorder:
    """An observer that appends every call of the API to a file of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{os.getpid()}.jsonl"
        self._path.touch(mode=0o600)
        self._lock = Lock()

    def __call__(self, exchange: Exchange) -> None:
        if not exchange.request.path.startswith("/v1"):
            return
        line = json.dumps(asdict(exchange) | {"request": _request(exchange.request)}, default=_text)
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def recorder() -> list[Recorder]:
    """The recorder the environment asks for, if it does."""
    folder = os.environ.get(VARIABLE)
    return [Recorder(Path(folder))] if folder else []


def read_recordings(folder: Path) -> Iterator[Exchange]:
    """All exchanges recorded in a folder; a line cut short by a kill is passed over."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_bytes().split(b"\n")[:-1]:
            yield _exchange(json.loads(line))


def _request(request: Request) -> dict[str, Any]:
    headers = {name: each for name, each in request.headers.items() if name != "authorization"}
    return asdict(request) | {"headers": headers}


def _text(value: Any) -> str:
    return base64.b64encode(value).decode()


def _exchange(raw: Mapping[str, Any]) -> Exchange:
    request, response = dict(raw["request"]), dict(raw["response"])
    request["body"] = base64.b64decode(request["body"])
    response["body"] = base64.b64decode(response["body"])
    return Exchange(raw["flavor"], Request(**request), Response(**response), raw["injected"])
