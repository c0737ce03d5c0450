"""What a process may use that reads documents of anybody's making.

Follows the Python documentation, "resource" and "Audit events table".
"""

import os
import resource
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

NICEST: Final = 19
# Everything that leaves the process: names are looked up, sockets opened, programs started.
FORBIDDEN: Final = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of a processor, bytes of memory; ``wait_seconds`` is by the clock on the wall."""

    cpu_seconds: int = 300
    memory: int = 2_000_000_000
    wait_seconds: int = 1_800


def limit(limits: Limits) -> None:
    """Bind this process for good: it works when nobody else does, and reaches nothing."""
    os.nice(NICEST)
    _bind(resource.RLIMIT_CPU, limits.cpu_seconds)
    _bind(resource.RLIMIT_AS, limits.memory)
    _bind(resource.RLIMIT_CORE, 0)
    sys.addaudithook(_refuse)


def _bind(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # macOS knows no limit of memory
        resource.setrlimit(what, (most, most))


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"{event} is not allowed here")
