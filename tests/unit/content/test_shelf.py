"""The shelf: it may be deleted, broken, shared and full."""

import multiprocessing
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.content.local_file import LocalFile, Unusable
from app.content.shelf import TOUCH_SECONDS, Shelf


def part(shelf: Shelf, key: str, name: str = "a") -> bytes | None:
    with shelf.reading(key) as entry:
        return entry.part(name) if entry else None


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(lambda: tmp_path)


def test_what_was_put_is_there_for_another_shelf_of_the_folder(shelf: Shelf) -> None:
    shelf.keep("k", [("/b", b"2"), ("/a", b"1"), ("c", b"3")])
    with Shelf(shelf.folder).reading("k") as entry:
        assert entry is not None
        assert entry.part("/a") == b"1"
        assert entry.part("/A") is None
        assert entry.names("/") == ("/b", "/a")
    assert part(shelf, "other") is None


def test_an_entry_that_fails_half_way_leaves_what_was_there(shelf: Shelf) -> None:
    def failing() -> Iterator[tuple[str, bytes]]:
        yield "a", b"new"
        raise ValueError

    shelf.keep("k", [("a", b"old")])
    with pytest.raises(ValueError):  # noqa: PT011 - the one of this test
        shelf.keep("k", failing())
    assert part(shelf, "k") == b"old"


def test_only_the_owner_may_read_it(shelf: Shelf) -> None:
    shelf.keep("k", [("a", b"1")])
    with shelf.reading("k"):
        modes = {stat.S_IMODE(file.stat().st_mode) for file in shelf.folder().iterdir()}
    assert modes == {0o600}


def test_it_may_be_deleted_at_any_time(shelf: Shelf) -> None:
    shelf.keep("k", [("a", b"1")])
    with shelf.reading("k") as entry:
        shelf.file.path.unlink()
        assert entry is not None
        assert entry.part("a") == b"1"
    assert part(shelf, "k") is None
    shelf.keep("k", [("a", b"2")])
    assert part(shelf, "k") == b"2"


@pytest.mark.parametrize("content", [b"no database at all" * 900, b"", b"SQLite format 3\0" * 400])
def test_a_broken_file_is_made_anew(shelf: Shelf, content: bytes) -> None:
    shelf.file.path.write_bytes(content)
    assert part(shelf, "k") is None
    shelf.keep("k", [("a", b"1")])
    assert part(shelf, "k") == b"1"


def test_a_file_that_breaks_in_its_middle_is_made_anew(shelf: Shelf) -> None:
    shelf.keep("k", [(f"{number}", b"x" * 3_000) for number in range(300)])
    content = shelf.file.path.read_bytes()
    shelf.file.path.write_bytes(content[:8_192] + b"\xff" * (len(content) - 8_192))
    with pytest.raises(Unusable, match="malformed"):
        part(shelf, "k", "150")
    assert part(shelf, "k", "150") is None
    shelf.keep("k", [("a", b"1")])
    assert part(shelf, "k") == b"1"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    missing = Shelf(lambda: tmp_path / "nowhere")
    with pytest.raises(Unusable, match="No such file"):
        missing.keep("k", [("a", b"1")])


def test_the_least_used_entries_go_when_it_is_full(tmp_path: Path) -> None:
    seconds = [0.0]
    shelf = Shelf(lambda: tmp_path, most_bytes=250, clock=lambda: seconds[0])
    for key in ("first", "second"):
        seconds[0] += 1
        shelf.keep(key, [("a", b"x" * 99)])
    seconds[0] += TOUCH_SECONDS + 1
    assert part(shelf, "first")
    shelf.keep("third", [("a", b"x" * 99)])
    assert [bool(part(shelf, key)) for key in ("first", "second", "third")] == [True, False, True]
    shelf.keep("large", [("a", b"x" * 999)])
    assert [bool(part(shelf, key)) for key in ("first", "third", "large")] == [False, False, True]
    with shelf.file.opened() as connection:
        assert connection.execute("SELECT count(*) FROM part").fetchone() == (1,)


def _work(folder: Path, name: str) -> None:
    shelf = Shelf(lambda: folder)
    for number in range(20):
        key = f"k{number % 3}"
        shelf.keep(key, [("a", name.encode()), ("b", name.encode())])
        with shelf.reading(key) as entry:
            assert entry is not None
            assert entry.part("a") == entry.part("b")


def test_processes_and_threads_share_it(tmp_path: Path) -> None:
    processes = [
        multiprocessing.get_context("spawn").Process(target=_work, args=(tmp_path, f"p{number}"))
        for number in range(2)
    ]
    threads = [threading.Thread(target=_work, args=(tmp_path, f"t{number}")) for number in range(3)]
    for process in processes:
        process.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert part(Shelf(lambda: tmp_path), "k0") is not None


def test_other_files_of_the_folder_have_tables_of_their_own(tmp_path: Path) -> None:
    file = LocalFile(lambda: tmp_path, "search-1.sqlite3", "CREATE VIRTUAL TABLE t USING fts5(x)")
    with file.opened() as connection:
        connection.execute("INSERT INTO t VALUES ('first words')")
    with file.opened() as connection:
        assert connection.execute("SELECT x FROM t WHERE t MATCH 'wor*'").fetchall()
    with pytest.raises(Unusable, match="no such table"), file.opened() as connection:
        connection.execute("SELECT * FROM entry")
    assert file.path.exists()


def test_nothing_but_a_broken_file_is_thrown_away(shelf: Shelf) -> None:
    shelf.keep("k", [("a", b"1")])
    blocked = sqlite3.OperationalError("database is locked")
    blocked.sqlite_errorcode = sqlite3.SQLITE_BUSY
    with pytest.raises(Unusable), shelf.file.opened():
        raise blocked
    assert part(shelf, "k") == b"1"
