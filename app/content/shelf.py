"""The shelf: what was made of the content, entry by entry, the least used going first."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.content.local_file import LocalFile

MOST_BYTES: Final = 1_000_000_000
TOUCH_SECONDS: Final = 3_600  # an entry in use is written down as such this often
SCHEMA: Final = """
CREATE TABLE entry (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,
                    bytes INTEGER NOT NULL, used REAL NOT NULL);
CREATE TABLE part (entry INTEGER NOT NULL REFERENCES entry ON DELETE CASCADE,
                   name TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (entry, name))
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that is open for reading: parts by name."""

    _connection: sqlite3.Connection
    _number: int

    def part(self, name: str) -> bytes | None:
        """Return a part, None where there is none."""
        found = self._connection.execute(
            "SELECT body FROM part WHERE entry = ? AND name = ?", (self._number, name)
        ).fetchone()
        return found[0] if found else None

    def names(self, begin: str) -> tuple[str, ...]:
        """Return the names of the parts that begin so, in the order in which they came."""
        rows = self._connection.execute(
            "SELECT name FROM part WHERE entry = ? AND name >= ? AND name < ? ORDER BY rowid",
            (self._number, begin, f"{begin}\U0010ffff"),
        )
        return tuple(name for (name,) in rows)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Entries by key; a key holds the hash of what an entry was made of and of who made it.

    Everything raises ``Unusable`` where the file cannot be used: then nothing is kept.
    """

    folder: Callable[[], Path]
    most_bytes: int = MOST_BYTES
    clock: Callable[[], float] = time.time  # seconds since 1970

    @property
    def file(self) -> LocalFile:
        """The file of the shelf."""
        return LocalFile(self.folder, "shelf-1.sqlite3", SCHEMA)

    @contextmanager
    def reading(self, key: str) -> Iterator[Entry | None]:
        """Open an entry, None where there is none; it stays whole while it is open."""
        with self.file.opened() as connection:
            connection.execute("BEGIN")
            found = connection.execute(
                "SELECT id, used FROM entry WHERE key = ?", (key,)
            ).fetchone()
            yield Entry(connection, found[0]) if found else None
            is_old = bool(found) and self.clock() - found[1] > TOUCH_SECONDS
        if is_old:
            self._touch(key)

    def keep(self, key: str, parts: Iterable[tuple[str, bytes]]) -> None:
        """Put an entry in the place of one of that key, all of it or nothing."""
        with self.file.opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM entry WHERE key = ?", (key,))
            row = connection.execute(
                "INSERT INTO entry (key, bytes, used) VALUES (?, 0, ?)", (key, self.clock())
            )
            number, total = row.lastrowid, 0
            for name, body in parts:
                total += len(name.encode()) + len(body)
                connection.execute("INSERT INTO part VALUES (?, ?, ?)", (number, name, body))
            connection.execute("UPDATE entry SET bytes = ? WHERE id = ?", (total, number))
            self._make_room(connection, number)

    def _make_room(self, connection: sqlite3.Connection, kept: int | None) -> None:
        rows = connection.execute(
            "SELECT id, bytes FROM entry WHERE id <> ? ORDER BY used DESC", (kept,)
        ).fetchall()
        [left] = connection.execute(
            "SELECT ? - bytes FROM entry WHERE id = ?", (self.most_bytes, kept)
        ).fetchone()
        for number, size in rows:
            left -= size
            if left < 0:
                connection.execute("DELETE FROM entry WHERE id = ?", (number,))

    def _touch(self, key: str) -> None:
        with self.file.opened() as connection:
            connection.execute("UPDATE entry SET used = ? WHERE key = ?", (self.clock(), key))
