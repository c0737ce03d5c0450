"""A local SQLite file of things that can be made again: it may be deleted at any time.

Follows "Write-Ahead Logging" and "Result and Error Codes" of the SQLite documentation.
"""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

WAIT_SECONDS: Final = 20
FINISHED: Final = 1  # the file's user_version once all of its tables are there
BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Unusable(Exception):
    """The file cannot be used now; the message says why. What was in it must be made again."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file below the cache folder, made anew when it is missing or broken.

    Any number of processes and threads may use it at once. ``folder`` is asked when the file is
    needed; another ``schema`` wants another ``name``. Only the portal's user may read the file.
    """

    folder: Callable[[], Path]
    name: str
    schema: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder() / self.name

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes are kept at the end, all or none; raise ``Unusable``."""
        try:
            connection = self._connection()
            try:
                with connection:
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            if _is_broken(error):
                self._throw_away()
            raise Unusable(f"{error}") from error
        except OSError as error:
            raise Unusable(error.strerror or "unknown") from error

    def _connection(self) -> sqlite3.Connection:
        try:
            return self._ready() or self._made()
        except sqlite3.DatabaseError as error:
            if not _is_broken(error):
                raise
        self._throw_away()
        return self._made()

    def _ready(self) -> sqlite3.Connection | None:
        with self._locked(fcntl.LOCK_SH):
            if not self.path.exists():
                return None
            connection = self._connect()
            if _is_finished(connection):
                return connection
            connection.close()
            return None

    def _made(self) -> sqlite3.Connection:
        with self._locked(fcntl.LOCK_EX):
            if not self.path.exists():
                self._remove()  # what stood beside a file that somebody deleted
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            connection = self._connect()
            try:
                if not _is_finished(connection):
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.executescript(
                        f"BEGIN; {self.schema}; PRAGMA user_version = {FINISHED}; COMMIT"
                    )
            except sqlite3.Error:
                connection.close()
                raise
            return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS)
        connection.execute("PRAGMA synchronous = OFF")  # what breaks is made again
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _throw_away(self) -> None:
        logger.warning("A broken file of the cache folder is thrown away: %s", self.name)
        with self._locked(fcntl.LOCK_EX):
            self._remove()

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.name + ending).unlink(missing_ok=True)

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Nobody opens the file while another process makes it or throws it away."""
        beside = self.path.with_name(f"{self.name}-lock")
        descriptor = os.open(beside, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)


def _is_finished(connection: sqlite3.Connection) -> bool:
    try:
        [found] = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return bool(found == FINISHED)


def _is_broken(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in BROKEN
