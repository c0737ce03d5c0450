"""The file of the search index: SQLite with FTS5, in the cache folder.

It belongs to the machine, whatever database the portal has. Follows the SQLite documentation,
"FTS5 Extension".
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.content.local_file import LocalFile
from app.content.search.entries import Entry
from app.content.search.expression import expression
from app.domain.search import Group, Hit, Kind, Query, key_of
from app.domain.search_words import indexed

KEPT: Final = 7 * 86_400  # seconds that a source stays which nobody has used
LONGEST_TEXT: Final = 50_000  # characters of one entry
LONGEST_SHOWN: Final = 5_000
SCHEMA: Final = """
CREATE TABLE source (id INTEGER PRIMARY KEY, used REAL NOT NULL);
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  keys TEXT NOT NULL, kind TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL,
  title TEXT NOT NULL, place TEXT NOT NULL, text TEXT NOT NULL, method TEXT NOT NULL,
  path TEXT NOT NULL, is_deprecated INTEGER NOT NULL
);
CREATE INDEX entry_source ON entry (source);
CREATE VIRTUAL TABLE words USING fts5 (
  title, names, text, around, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 0'
)
"""
# Of a page only the best part is shown; everything else counts on its own.
FIND: Final = """
WITH found AS MATERIALIZED (
  SELECT entry.id, entry.kind, entry.source, entry.name,
    instr(entry.keys, :key) > 0 AS is_exact, bm25(words, 10.0, 6.0, 1.0, 0.5) AS distance
  FROM words JOIN entry ON entry.id = words.rowid
  WHERE words MATCH :expression AND entry.source IN (SELECT value FROM json_each(:sources))
    AND (:kind IS NULL OR entry.kind = :kind)
), best AS (
  SELECT *, row_number() OVER (
    PARTITION BY kind, source, CASE kind WHEN 'pages' THEN '' ELSE id END
    ORDER BY is_exact DESC, distance, id) AS part
  FROM found
), placed AS (
  SELECT id, row_number() OVER kinds AS place, count(*) OVER (PARTITION BY kind) AS total
  FROM best WHERE part = 1
  WINDOW kinds AS (PARTITION BY kind ORDER BY is_exact DESC, distance, id)
)
SELECT total, kind, owner, name, title, entry.place, text, method, path, is_deprecated
FROM placed JOIN entry USING (id)
WHERE placed.place > :first AND placed.place <= :first + :most
ORDER BY kind, placed.place
"""
OLD: Final = """
DELETE FROM words WHERE rowid IN
  (SELECT entry.id FROM entry JOIN source ON source.id = entry.source WHERE used < ?)
"""
COUNT: Final = "SELECT count(*) FROM source WHERE id IN (SELECT value FROM json_each(?))"
ADD: Final = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class IndexFile:
    """The index: sources with what can be found in them.

    A source is a page or an API as it was at one time, by a number made of its content. Every
    method raises ``Unusable`` where the file cannot be used. ``clock`` gives seconds since 1970.
    """

    folder: Callable[[], Path]
    clock: Callable[[], float] = time.time

    @property
    def file(self) -> LocalFile:
        """The file itself; another schema is another file."""
        return LocalFile(self.folder, "search-1.sqlite3", SCHEMA)

    def holds(self, sources: Collection[int]) -> frozenset[int]:
        """Return which of these sources are there."""
        with self.file.opened() as connection:
            asked = "SELECT id FROM source WHERE id IN (SELECT value FROM json_each(?))"
            return frozenset(row[0] for row in connection.execute(asked, (_list(sources),)))

    def add(self, source: int, entries: Iterable[Entry]) -> None:
        """Put a source there, once, whoever else does the same."""
        made = [(_row(entry), _words(entry)) for entry in entries]
        with self.file.opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("SELECT 1 FROM source WHERE id = ?", (source,)).fetchone():
                return
            connection.execute("INSERT INTO source VALUES (?, ?)", (source, self.clock()))
            [last] = connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
            numbered = list(enumerate(made, last + 1))
            connection.executemany(ADD, ((number, source, *row) for number, (row, _) in numbered))
            connection.executemany(
                "INSERT INTO words (rowid, title, names, text, around) VALUES (?, ?, ?, ?, ?)",
                ((number, *words) for number, (_, words) in numbered),
            )

    def keep(self, sources: Collection[int]) -> None:
        """Note that these sources are used; forget those that nobody has used for a week."""
        with self.file.opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            now = self.clock()
            connection.execute(
                "UPDATE source SET used = ? WHERE id IN (SELECT value FROM json_each(?))",
                (now, _list(sources)),
            )
            connection.execute(OLD, (now - KEPT,))
            connection.execute("DELETE FROM source WHERE used < ?", (now - KEPT,))

    def find(
        self, query: Query, sources: Collection[int], kind: Kind | None, first: int, most: int
    ) -> tuple[Group, ...] | None:
        """Return what these sources hold of the query, the best first; None if one is not there."""
        asked: Mapping[str, object] = {
            "key": f"|{query.key}|",
            "expression": expression(query),
            "sources": _list(sources),
            "kind": kind,
            "first": first,
            "most": most,
        }
        with self.file.opened() as connection:
            [there] = connection.execute(COUNT, (asked["sources"],)).fetchone()
            if there < len(sources):
                return None
            rows = connection.execute(FIND, asked).fetchall()
        return tuple(
            Group(each, found[0][0], tuple(_hit(row[1:]) for row in found))
            for each in Kind
            if (found := [row for row in rows if row[1] == each])
        )


def _row(entry: Entry) -> tuple[object, ...]:
    hit = entry.hit
    keys = "|".join(("", *map(key_of, (hit.title, hit.name, hit.path, *entry.keys)), ""))
    return (
        keys,
        *(hit.kind, hit.owner, hit.name, hit.title, hit.where),
        *(hit.text[:LONGEST_SHOWN], hit.method, hit.path, hit.is_deprecated),
    )


def _words(entry: Entry) -> tuple[str, ...]:
    texts = (entry.hit.title, entry.names, entry.text, entry.around)
    return tuple(indexed(text[:LONGEST_TEXT]) for text in texts)


def _hit(row: tuple[Any, ...]) -> Hit:
    kind, owner, name, title, where, text, method, path, is_deprecated = row
    return Hit(
        Kind(kind), owner, name, title, where, text, method, path, is_deprecated=bool(is_deprecated)
    )


def _list(numbers: Collection[int]) -> str:
    return json.dumps(list(numbers))
