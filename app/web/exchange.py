"""New processes tell the server that they can answer; until then it keeps those of before.

The server loads this module before it forks. It imports no Flask, as ``draining``.
"""

import os
import select
import time
from typing import Final

# Where a process writes, and the server reads, while an exchange is under way.
_ENDS: Final[list[int]] = []


def begin() -> None:
    """Expect processes that are forked from now on."""
    _ENDS[:] = os.pipe()


def tell() -> None:
    """Say from a new process that it can answer; the first ones of all are not waited for."""
    if _ENDS:
        os.write(_ENDS[1], b".")


def end(count: int, seconds: float) -> bool:
    """Wait for so many processes; tell whether all of them said in time that they can answer."""
    until = time.monotonic() + seconds
    reading, writing = _ENDS
    while count and (left := until - time.monotonic()) > 0:
        if select.select([reading], [], [], left)[0]:
            count -= len(os.read(reading, count))
    _ENDS.clear()
    os.close(reading)
    os.close(writing)
    return not count
