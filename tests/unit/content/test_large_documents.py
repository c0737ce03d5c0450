"""Large documents: read by a process of their own, with limits, while nobody waits."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.content.catalogue import ContentCatalogue
from app.content.compiling.limits import Limits
from app.content.compiling.process import ROOT
from app.content.compiling.workshop import QUIET_SECONDS, SMALL
from app.content.reference.library import ReferenceLibrary
from app.domain.apis import Api
from app.domain.errors import NotReady
from tests.unit.writing import OPENAPI, Write, catalogue_of

LARGE: dict[str, Any] = {**OPENAPI, "x-space": "x" * SMALL}
SLOW_PATTERN = "^(a+)+$"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def later(catalogue: ContentCatalogue, clock: Clock, seconds: float = 4) -> list[Api]:
    """Return the APIs as they are seen some seconds from now."""
    clock.seconds += seconds
    return list(catalogue.all())


def test_nobody_waits_for_a_large_document(write: Write, tmp_path: Path, clock: Clock) -> None:
    write(document=LARGE)
    works: list[Callable[[], object]] = []
    catalogue = catalogue_of(tmp_path, clock, works.append)

    [api] = catalogue.all()
    assert (api.title, api.is_prepared, api.operations) == ("Weather", False, ())
    with pytest.raises(NotReady, match="is being prepared"):
        ReferenceLibrary(catalogue).overview(api)

    [work] = works
    work()
    [api] = later(catalogue, clock)
    assert api.is_prepared
    assert [each.operation_id for each in api.operations][:1] == ["today"]
    assert ReferenceLibrary(catalogue).operation(api, "today") is not None


def test_another_process_finds_what_one_has_made(write: Write, tmp_path: Path) -> None:
    write(document=LARGE)
    catalogue_of(tmp_path).prepare()

    works: list[Callable[[], object]] = []
    [api] = catalogue_of(tmp_path, start=works.append).all()
    assert (api.is_prepared, works) == (True, [])


def test_the_last_good_version_is_shown_while_the_next_is_made(
    write: Write, tmp_path: Path, clock: Clock
) -> None:
    write(document=LARGE)
    catalogue_of(tmp_path).prepare()
    works: list[Callable[[], object]] = []
    catalogue = catalogue_of(tmp_path, clock, works.append)
    catalogue.all()

    paths = {"/tomorrow": {"get": {"operationId": "tomorrow"}}}
    write(document={**LARGE, "paths": paths})
    [api] = later(catalogue, clock)
    assert api.operation("today") is not None
    assert ReferenceLibrary(catalogue).operation(api, "today") is not None

    works.pop()()
    [api] = later(catalogue, clock)
    assert [each.operation_id for each in api.operations] == ["tomorrow"]


def test_the_last_good_version_is_shown_after_a_restart_too(
    write: Write, tmp_path: Path, clock: Clock
) -> None:
    write(document=LARGE)
    before = catalogue_of(tmp_path)
    before.prepare()
    assert before.all()
    write(document={**LARGE, "paths": {"/tomorrow": {"get": {"operationId": "tomorrow"}}}})

    works: list[Callable[[], object]] = []
    catalogue = catalogue_of(tmp_path, clock, works.append)
    [api] = catalogue.all()
    assert ReferenceLibrary(catalogue).operation(api, "today") is not None
    works.pop()()
    [api] = later(catalogue, clock)
    assert [each.operation_id for each in api.operations] == ["tomorrow"]


def test_a_shelf_that_is_deleted_is_filled_again(
    write: Write, tmp_path: Path, clock: Clock
) -> None:
    write(document=LARGE)
    write("small")
    works: list[Callable[[], object]] = []
    catalogue = catalogue_of(tmp_path, clock, works.append)
    catalogue.prepare()
    small, large = catalogue.all()
    for file in tmp_path.glob("shelf-*"):
        file.unlink()

    library = ReferenceLibrary(catalogue)
    assert library.operation(small, "today") is not None
    with pytest.raises(NotReady):
        library.operation(large, "today")
    works.pop()()
    assert library.operation(large, "today") is not None


@pytest.mark.parametrize(
    ("document", "limits", "told"),
    [
        ("[" * SMALL * 2, Limits(), "is nested deeper than 100 levels"),
        (
            {**OPENAPI, "info": {"x": "y" * 4_000_000}},
            Limits(),
            "has more than 4000000 bytes at #/info",
        ),
        ({"x": "y" * SMALL}, Limits(), "is no OpenAPI document"),
        ([1.5] * 2_000_000, Limits(memory=120_000_000), "needs more than 120 MB to be read"),
        (LARGE, Limits(wait_seconds=0), "takes longer than 300 seconds to read: make it smaller"),
    ],
)
def test_a_large_document_is_refused_with_a_reason_and_not_read_again(
    write: Write,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    document: object,
    limits: Limits,
    told: str,
) -> None:
    clock = Clock()
    write("fine")
    folder = write(document=document)
    catalogue = catalogue_of(tmp_path, clock, limits=limits)
    catalogue.all()

    assert [api.slug for api in later(catalogue, clock)] == ["fine"]
    assert f"apis/weather/openapi.json: {told}" in caplog.text
    assert any(told in problem.text for problem in catalogue.problems())
    works: list[Callable[[], object]] = []
    again = catalogue_of(tmp_path, clock, works.append)
    assert ([api.slug for api in again.all()], works) == (["fine"], [])

    folder.joinpath("openapi.json").write_text(json.dumps({**LARGE, "x": 1}), encoding="utf-8")
    later(again, clock)
    assert len(works) == 1


def test_a_check_begins_some_time_after_the_start_and_blocks_nothing(
    write: Write, tmp_path: Path, clock: Clock
) -> None:
    broken = {**OPENAPI, "info": {"title": "Weather"}}
    twice = json.dumps(broken).replace('"title"', '"title": "", "title"')
    write(document=twice)
    catalogue = catalogue_of(tmp_path, clock)
    assert later(catalogue, clock)
    assert catalogue.problems() == ()

    later(catalogue, clock, QUIET_SECONDS)
    notes = catalogue.problems()
    assert "apis/weather/openapi.json: 'title' is twice in one object" in str(notes[0])
    assert any("'version' is a required property" in note.text for note in notes)
    assert all(note.is_note for note in notes)


def test_a_check_that_takes_too_long_is_a_note(write: Write, tmp_path: Path) -> None:
    schema = {"type": "string", "pattern": SLOW_PATTERN, "default": "a" * 40 + "!"}
    schemas = {"Slow": schema}
    responses = {"responses": {"200": {"description": "It."}}}
    fine = {**OPENAPI, "paths": {"/a": {"get": responses}}, "components": {"schemas": schemas}}
    write(document=fine)
    catalogue = catalogue_of(tmp_path, limits=Limits(cpu_seconds=3))
    catalogue.prepare()

    [api] = catalogue.all()
    assert api.is_prepared
    [note] = catalogue.problems()
    assert "could not be checked: it takes longer than 3 seconds" in note.text


def test_references_to_other_documents_are_named_and_never_followed(
    write: Write, tmp_path: Path
) -> None:
    targets = ("http://127.0.0.1:9/x.json", "file:///etc/passwd", "../../x.yaml#/a")
    schemas = {f"S{number}": {"$ref": target} for number, target in enumerate(targets)}
    write(document={**OPENAPI, "components": {"schemas": schemas}})
    catalogue = catalogue_of(tmp_path)
    catalogue.prepare()

    assert [note.text for note in catalogue.problems()] == [
        f"$ref to another document ({target}) is not followed" for target in targets
    ]


@pytest.mark.parametrize(
    "line",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('example.com', 80)",
        "import os; os.system('true')",
        "import subprocess; subprocess.run(['true'])",
    ],
)
def test_the_process_for_a_document_reaches_nothing(line: str) -> None:
    code = f"from app.content.compiling.limits import *; limit(Limits()); {line}"
    done = subprocess.run(  # noqa: S603 - Python with the line above
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is not allowed here" in done.stderr


def test_a_document_in_an_unusable_cache_folder_is_being_prepared(
    write: Write, tmp_path: Path, clock: Clock
) -> None:
    write()
    (tmp_path / "shelf-1.sqlite3").mkdir()
    catalogue = catalogue_of(tmp_path, clock)
    [api] = catalogue.all()
    assert not api.is_prepared
    with pytest.raises(NotReady):
        ReferenceLibrary(catalogue).overview(api)

    (tmp_path / "shelf-1.sqlite3").rmdir()
    [api] = later(catalogue, clock)
    assert api.is_prepared
