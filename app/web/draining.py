"""Whether the portal is about to stop: told by the server, known to all of its processes at once.

The server loads this module before it forks, so that one byte of memory is shared by them all. It
imports no Flask: what only watches the others need not hold it.
"""

import mmap
from typing import Final

_SHARED: Final = mmap.mmap(-1, 1)


def begin() -> None:
    """Let the portal be unready from now on; it goes on answering."""
    _SHARED[0] = 1


def has_begun() -> bool:
    """Tell whether no further requests should be sent here."""
    return bool(_SHARED[0])
