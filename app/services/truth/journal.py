"""The names of what is made, on disk before it is made, so that a crash leaves nothing behind."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.domain.errors import Conflict, PortalError
from app.domain.truth import Made, Trace


class Journal:
    """One file of one organization: a line of JSON for each object made or removed; no keys.

    While it is open it belongs to one process alone.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._left: dict[Trace, None] = dict.fromkeys(_read(stream))

    def note(self, trace: Trace) -> None:
        """Write down an object; it is on the disk when this returns."""
        if trace not in self._left:
            self._left[trace] = None
            self._write({"made": trace.kind.value, "name": trace.name})

    def forget(self, trace: Trace) -> None:
        """Write down that an object was removed."""
        if trace in self._left:
            del self._left[trace]
            self._write({"removed": trace.kind.value, "name": trace.name})

    @property
    def left(self) -> tuple[Trace, ...]:
        """What may still be there, in the order of its removal: owners before products."""
        order = [*Made]
        return tuple(sorted(self._left, key=lambda trace: order.index(trace.kind)))

    def _write(self, line: dict[str, str]) -> None:
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def shorten(self) -> None:
        """Empty the file where nothing is left."""
        if not self._left:
            self._stream.truncate(0)


@contextmanager
def opened(file: Path) -> Iterator[Journal]:
    """Open a journal; raise ``Conflict`` while another process has it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        stream = file.open("a+", encoding="utf-8")
    except OSError as error:
        raise PortalError(f"{file} cannot be written: {error.strerror}.") from None
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(f"Another check of this organization is at work ({file}).") from None
        journal = Journal(stream)
        try:
            yield journal
        finally:
            journal.shorten()


def _read(stream: IO[str]) -> Iterator[Trace]:
    """Yield what was made and not removed; a line that was cut short in a crash says nothing."""
    stream.seek(0)
    text = stream.read()
    if text and not text.endswith("\n"):
        stream.write("\n")
    left: dict[Trace, None] = {}
    for line in text.splitlines():
        try:
            raw = json.loads(line)
            if "made" in raw:
                left[Trace(Made(raw["made"]), str(raw["name"]))] = None
            else:
                left.pop(Trace(Made(raw["removed"]), str(raw["name"])), None)
        except (ValueError, KeyError, TypeError):
            continue
    return iter(left)
