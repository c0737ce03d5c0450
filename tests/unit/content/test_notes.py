"""What the check of a document says of it, and what it is silent about."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.content.compiling.checking import findings
from tests.unit.writing import OPENAPI, Write, catalogue_of

ANSWERS = {"200": {"description": "A file", "schema": {"type": "file"}}}


def notes(document: Mapping[str, Any]) -> list[str]:
    return findings(json.dumps(document).encode(), ".json")


def swagger(**changes: object) -> dict[str, Any]:
    return {"swagger": "2.0", "info": {"title": "x", "version": "1"}, "paths": {}, **changes}


def test_a_file_as_the_answer_of_a_swagger_document_is_no_mistake() -> None:
    paths = {"/file": {"get": {"responses": ANSWERS}}}
    shared = {"File": {"description": "One", "schema": {"type": "file"}}}

    assert notes(swagger(paths=paths, responses=shared)) == []


def test_a_file_where_there_can_be_none_is_a_note() -> None:
    inside = {"type": "object", "properties": {"a": {"type": "file"}}}
    wrong = {"200": {"description": "x", "schema": inside}}
    newer = {"200": {"description": "x", "content": {"a/b": {"schema": {"type": "file"}}}}}

    assert notes(swagger(paths={"/file": {"get": {"responses": wrong}}}))
    assert notes({**OPENAPI, "paths": {"/file": {"get": {"responses": newer}}}})
    assert notes(swagger(paths={"/file": {"get": {"responses": {"200": {}}}}}))


def test_a_path_that_is_none_is_left_out_with_a_note(write: Write, tmp_path: Path) -> None:
    today = {"get": {"operationId": "today", "responses": ANSWERS}}
    write(document={**OPENAPI, "paths": {"/a b": today, "none": today, "/now": today, "x-y": 1}})
    catalogue = catalogue_of(tmp_path)
    catalogue.prepare()

    [api] = catalogue.all()
    assert [(each.operation_id, each.path) for each in api.operations] == [("today", "/now")]
    told = [problem for problem in catalogue.problems() if "is not shown" in problem.text]
    assert [problem.is_note for problem in told] == [True, True]
    assert "the path '/a b' is not shown: paths begin with /" in told[0].text
    assert "'none'" in told[1].text
