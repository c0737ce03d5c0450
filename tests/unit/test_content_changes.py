"""The content folder: when it is read, and when it is read again."""

import os
import threading
from pathlib import Path

import pytest

from app.content import catalogue as catalogue_module
from app.content.apis import ApiFolder, read_api
from tests.unit.writing import TOML, Write, catalogue_of


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_nothing_is_read_before_the_first_use(
    tmp_path: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    write(toml="broken")

    catalogue = catalogue_of(tmp_path)
    assert caplog.text == ""

    catalogue.all()
    assert "left out" in caplog.text


def test_a_change_is_seen_after_some_seconds_and_not_before(write: Write, tmp_path: Path) -> None:
    clock = Clock()
    write()
    catalogue = catalogue_of(tmp_path, clock)
    assert [api.title for api in catalogue.all()] == ["Weather"]

    write(toml=TOML.replace('"Weather"', '"The weather"'))
    clock.seconds += 2.9
    assert [api.title for api in catalogue.all()] == ["Weather"]

    clock.seconds += 0.2
    assert [api.title for api in catalogue.all()] == ["The weather"]
    assert [api.title for api in catalogue.for_product("weather-pro")] == ["The weather"]


def test_a_new_a_mended_and_a_deleted_api_are_seen(write: Write, tmp_path: Path) -> None:
    clock = Clock()
    old = write("old")
    write("broken", document=None)
    catalogue = catalogue_of(tmp_path, clock)
    assert [api.slug for api in catalogue.all()] == ["old"]

    write("broken")
    write("new")
    for file in old.iterdir():
        file.unlink()
    old.rmdir()
    clock.seconds += 4

    assert [api.slug for api in catalogue.all()] == ["broken", "new"]


def test_an_unchanged_folder_is_neither_parsed_nor_logged_again(
    write: Write,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    write("broken", toml="broken")
    write("fine")
    catalogue = catalogue_of(tmp_path, clock)
    [before] = catalogue.all()
    reads: list[str] = []

    def counted(root: Path, folder: Path) -> ApiFolder:
        reads.append(folder.name)
        return read_api(root, folder)

    monkeypatch.setattr(catalogue_module, "read_api", counted)
    clock.seconds += 4
    [after] = catalogue.all()
    write("other")
    clock.seconds += 4
    catalogue.all()

    assert after is before
    assert reads == ["other"]
    assert len(caplog.records) == 1


def test_a_file_of_the_same_size_is_read_again_by_its_time(write: Write, tmp_path: Path) -> None:
    clock = Clock()
    file = write() / "api.toml"
    catalogue = catalogue_of(tmp_path, clock)
    catalogue.all()

    file.write_text(TOML.replace("Weather", "Climate"), encoding="utf-8")
    os.utime(file, ns=(5, 5))
    clock.seconds += 4

    assert [api.title for api in catalogue.all()] == ["Climate"]


def test_while_one_thread_reads_the_others_go_on_with_what_is_there(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    write()
    catalogue = catalogue_of(tmp_path, clock)
    catalogue.all()
    reading, finish = threading.Event(), threading.Event()

    def slow(root: Path, folder: Path) -> ApiFolder:
        reading.set()
        assert finish.wait(10)
        return read_api(root, folder)

    monkeypatch.setattr(catalogue_module, "read_api", slow)
    write("another")
    clock.seconds += 4
    reader = threading.Thread(target=catalogue.all)
    reader.start()
    assert reading.wait(10)

    assert [api.slug for api in catalogue.all()] == ["weather"]

    finish.set()
    reader.join(10)
    assert len(catalogue.all()) == 2
