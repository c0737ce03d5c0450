"""What was asked of the emulator and what it answered, newest last."""

import json
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Literal

KEPT = 10_000

Kind = Literal["management", "token", "gateway"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answered request; `path` is raw, `time` ISO 8601, `milliseconds` the work it took."""

    number: int
    kind: Kind
    time: str
    method: str
    path: str
    query: str
    status: int
    milliseconds: float
    request_id: str
    body: str

    @property
    def line(self) -> str:
        """Method and address with its query, as in `GET /v1/organizations/demo?expand=true`."""
        return f"{self.method} {self.path}" + (f"?{self.query}" if self.query else "")


EntryMaker = Callable[[int], Entry]


class Journal:
    """The last requests, and all of them in a file of JSON lines when one is given."""

    def __init__(self, path: Path | None = None, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._lock = threading.Lock()
        self._number = 0
        self._file: IO[str] | None = None
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._file = path.open("a", encoding="utf-8")

    @property
    def entries(self) -> list[Entry]:
        """The calls of the management API that are still kept."""
        return self.select(kind="management")

    @property
    def last(self) -> int:
        """The number of the newest entry, of whatever kind."""
        return self._number

    def select(self, *, since: int = 0, kind: Kind | None = None) -> list[Entry]:
        """Entries numbered higher than `since`, of one kind or of all."""
        with self._lock:
            kept = list(self._entries)
        return [each for each in kept if each.number > since and kind in (None, each.kind)]

    def lines(self) -> Sequence[str]:
        """The management calls as text, for comparing."""
        return [each.line for each in self.entries]

    def add(self, make: EntryMaker) -> None:
        """Number an entry and keep it."""
        with self._lock:
            self._number += 1
            entry = make(self._number)
            self._entries.append(entry)
            if self._file:
                self._file.write(json.dumps(asdict(entry)) + "\n")
                self._file.flush()

    def clear(self) -> None:
        """Forget the kept entries; numbers go on and the file stays."""
        with self._lock:
            self._entries.clear()

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
