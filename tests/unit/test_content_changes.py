"""The content folder: when it is read, and when it is read again."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.content import catalogue as catalogue_module
from app.content.apis import ApiFolder, read_api
from app.content.compiling.workshop import SMALL
from app.content.reference.library import ReferenceLibrary
from tests.unit.writing import OPENAPI, TOML, Write, catalogue_of


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


@pytest.mark.parametrize("size", [0, SMALL])
@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_broken_document_leaves_the_last_good_one_shown(
    write: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture, size: int, is_restarted: bool
) -> None:
    clock = Clock()
    fine = json.dumps({**OPENAPI, "x-space": "x" * size})
    write(document=fine)
    catalogue = catalogue_of(tmp_path, clock)
    catalogue.prepare()
    catalogue.all()

    write(document=fine[:-9])
    clock.seconds += 4
    if is_restarted:
        catalogue = catalogue_of(tmp_path, clock)
    catalogue.all()
    clock.seconds += 4
    [api] = catalogue.all()
    library = ReferenceLibrary(catalogue)
    assert library.operation(api, "today") is not None
    shown = library.document(api, "json")
    assert shown is not None
    assert shown.content == fine.encode()
    [problem] = catalogue.problems()
    assert str(problem).startswith("apis/weather/openapi.json: is not valid JSON")
    assert problem.text.endswith("; the last good version is shown")
    assert not problem.is_note
    assert "left out" not in caplog.text


def test_a_document_that_was_broken_is_shown_as_it_was_mended(write: Write, tmp_path: Path) -> None:
    clock = Clock()
    write()
    catalogue = catalogue_of(tmp_path, clock)
    catalogue.all()
    write(document="{broken")
    clock.seconds += 4
    catalogue.all()

    write(document={**OPENAPI, "paths": {"/mended": {"get": {"operationId": "mended"}}}})
    clock.seconds += 4
    [api] = catalogue.all()
    assert [each.operation_id for each in api.operations] == ["mended"]
    assert catalogue.problems() == ()


def test_the_last_good_document_is_shown_by_the_newest_api_file_only(
    write: Write, tmp_path: Path
) -> None:
    clock = Clock()
    write()
    catalogue = catalogue_of(tmp_path, clock)
    catalogue.all()

    def seen(toml: str) -> list[str]:
        write(document="{broken", toml=toml)
        clock.seconds += 4
        return [api.title for api in catalogue.all()]

    assert seen(TOML.replace('"Weather"', '"Climate"')) == ["Climate"]
    assert seen("broken") == []
    assert seen(TOML) == ["Weather"]
    assert seen(TOML.replace('"weather-free", ', "")) == []
    assert seen(TOML.replace('products = ["weather-free", "weather-pro"]\n', "")) == []


def test_a_large_document_that_is_being_prepared_is_seen_by_the_newest_rules(
    write: Write, tmp_path: Path
) -> None:
    clock = Clock()
    large = {**OPENAPI, "x-space": "x" * SMALL}
    write(document=large)
    catalogue_of(tmp_path).prepare()
    works: list[Callable[[], object]] = []
    catalogue = catalogue_of(tmp_path, clock, works.append)
    assert len(catalogue.for_product("weather-free")) == 1

    fewer = TOML.replace('"weather-free", ', "")
    write(document={**large, "x-more": 1}, toml=fewer)
    clock.seconds += 4
    assert catalogue.for_product("weather-free") == ()
    [api] = catalogue.for_product("weather-pro")
    assert not api.is_prepared


def test_a_document_that_is_refused_is_not_checked_as_it_was(write: Write, tmp_path: Path) -> None:
    clock = Clock()
    write()
    works: list[Callable[[], object]] = []
    catalogue = catalogue_of(tmp_path, clock, works.append)
    catalogue.all()
    write(document="{broken")
    for _ in range(3):
        clock.seconds += 40
        assert len(catalogue.all()) == 1
    assert works == []


def test_a_link_that_leads_to_another_delivery_keeps_the_last_good_document(
    write: Write, tmp_path: Path
) -> None:
    clock = Clock()
    document = write() / "openapi.json"
    for name, text in (("one.json", document.read_text(encoding="utf-8")), ("two.json", "{broken")):
        tmp_path.joinpath(name).write_text(text, encoding="utf-8")
    document.unlink()
    document.symlink_to(tmp_path / "one.json")
    catalogue = catalogue_of(tmp_path, clock)
    assert len(catalogue.all()) == 1

    document.unlink()
    document.symlink_to(tmp_path / "two.json")
    clock.seconds += 4
    assert [api.is_prepared for api in catalogue.all()] == [True]


def test_a_schema_that_is_nothing_is_not_named(write: Write, tmp_path: Path) -> None:
    write(document={**OPENAPI, "components": {"schemas": {"None": None, "One": {}}}})
    catalogue = catalogue_of(tmp_path)
    [api] = catalogue.all()
    found = ReferenceLibrary(catalogue).overview(api)
    assert found is not None
    assert found.schemas == ("One",)
