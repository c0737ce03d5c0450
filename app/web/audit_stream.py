"""The audit log as lines of JSON beside the database, for a log collector.

Heads of the chain are in the portal's own log in any case. Rows name people and apps, so they go
only where the operator wants them.
"""

import errno
import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from app.domain.audit import AuditEntry, told
from app.domain.audit_chain import Head
from app.domain.clock import Clock

LOG: Final = logging.getLogger("portal.audit")
STDOUT: Final = "stdout"
HEAD: Final = "audit_chain_head"


class AuditStream:
    """``audit_port.AuditStream``; ``where`` is ``stdout``, a file's path, or empty for nowhere.

    A file is opened for every line, so that it can be rotated at any time; lines of several
    processes do not mix. Where a disk had room for the half of a line, the next one begins anew.
    """

    def __init__(self, where: str, clock: Clock) -> None:
        self._where = where
        self._clock = clock
        self._is_torn = False

    def row(self, entry: AuditEntry) -> None:
        """Write a row that was kept."""
        self._write(told(entry))

    def head(self, head: Head) -> None:
        """Publish how far the chain reaches."""
        LOG.info("audit chain head", extra={"position": head.position, "hash": head.hash})
        at = self._clock.now().astimezone(UTC).isoformat(timespec="microseconds")
        self._write({"at": at, "event": HEAD, "position": head.position, "hash": head.hash})

    def _write(self, facts: Mapping[str, object]) -> None:
        if not self._where:
            return
        try:
            self._put(f"{json.dumps(facts)}\n")
        except OSError as error:
            LOG.critical("The audit stream cannot be written: %s", type(error).__name__)

    def _put(self, line: str) -> None:
        if self._where == STDOUT:
            sys.stdout.write(line)
            sys.stdout.flush()
            return
        file = os.open(self._where, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        sent = ("\n" * self._is_torn + line).encode()
        try:
            written = os.write(file, sent)
            self._is_torn = 0 < written < len(sent)
            if written < len(sent):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(file)
