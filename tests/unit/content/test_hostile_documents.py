"""Documents that somebody made to hurt: what cannot be shown is cut, and nothing takes long."""

import json
import time
from pathlib import Path

import pytest

from app.content.compiling.workshop import DEFAULT_LIMITS
from app.content.reference.library import ReferenceLibrary
from app.content.reference.parts import COMPONENT
from tests.hostile_documents import COSTLY, document, hostile_text
from tests.unit.writing import Write, catalogue_of

SECONDS = 15  # far more than it takes, and nothing beside what it would take
LONGEST = 2_000_000  # characters of all that a page is made of


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_document_is_shown_as_far_as_a_page_bears(
    write: Write, tmp_path: Path, name: str
) -> None:
    write(document=COSTLY[name])
    seconds = [0.0]
    catalogue = catalogue_of(tmp_path, lambda: seconds[0])
    catalogue.all()
    seconds[0] += 5  # a large one was made since
    [api] = catalogue.all()
    assert api.is_prepared

    begun = time.monotonic()
    library = ReferenceLibrary(catalogue)
    shown = [library.overview(api), library.operation(api, "o"), library.schema(api, "A")]

    assert time.monotonic() - begun < SECONDS
    assert None not in shown
    assert all(len(str(each)) < LONGEST for each in shown)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"openapi": "3.1.0", "x": "\0"}', "is not valid JSON: Invalid control character"),
        (f'{{"x": {"[" * 5_000}', "is nested deeper than 100 levels"),
        (f'{{"openapi": "3.1.0", "x": {"[" * 800}{"]" * 800}}}', "is nested too deep"),
        (json.dumps(document({"A": {"example": "x" * 4_000_000}})), "bytes at #/components/sch"),
    ],
)
def test_what_nobody_can_read_is_refused_with_what_to_do(
    write: Write, tmp_path: Path, text: str, told: str
) -> None:
    write(document=text)
    catalogue = catalogue_of(tmp_path)
    catalogue.prepare()

    assert [api.slug for api in catalogue.all() if api.is_prepared] == []
    [problem] = catalogue.problems()
    assert problem.file == "apis/weather/openapi.json"
    assert told in problem.text
    assert not problem.is_note


def test_signs_that_no_page_can_hold_are_replaced(write: Write, tmp_path: Path) -> None:
    write(document=json.dumps(hostile_text()))
    catalogue = catalogue_of(tmp_path)
    [api] = catalogue.all()

    shown = str(ReferenceLibrary(catalogue).operation(api, "o"))
    assert shown.encode()
    assert "\0" not in shown


def test_a_reference_may_be_written_as_part_of_an_address(write: Write, tmp_path: Path) -> None:
    write(document=document({"A": {"$ref": f"{COMPONENT}A%20b"}, "A b": {"type": "integer"}}))
    catalogue = catalogue_of(tmp_path)
    [api] = catalogue.all()

    found = ReferenceLibrary(catalogue).schema(api, "A")
    assert found is not None
    assert found.schema.kind == "integer"


def test_no_check_goes_on_for_ever() -> None:
    assert DEFAULT_LIMITS.cpu_seconds <= 300
    assert DEFAULT_LIMITS.memory <= 2_000_000_000
