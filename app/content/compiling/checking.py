"""What is wrong with a document by the rules of OpenAPI; it may be shown all the same.

Follows the OpenAPI Specification by way of openapi-spec-validator.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from app.content.documents import parse
from app.content.openapi import PATHS, wrong_paths
from app.content.shapes import Node, mapping, plain

MOST: Final = 20
LONGEST: Final = 300  # characters of a finding


def findings(source: bytes, suffix: str) -> list[str]:
    """Return the first 20 findings, each with its place; nothing else is ever read for it."""
    found = list(islice(_findings(source.decode("utf-8-sig"), suffix), MOST + 1))
    return [*found[:MOST], "and more"] if len(found) > MOST else found


def _findings(text: str, suffix: str) -> Iterator[str]:
    yield from _doubles(text, suffix)
    document = plain(parse(text, suffix))
    yield from (f"the path {each[:80]!r} is not shown: {PATHS}" for each in wrong_paths(document))
    elsewhere = dict.fromkeys(_elsewhere(document))
    yield from (f"$ref to another document ({each}) is not followed" for each in elsewhere)
    if not elsewhere:
        yield from _by_the_rules(document)


def _by_the_rules(document: Node) -> Iterator[str]:
    # Only the process for a document loads the validator.
    from jsonschema_path import SchemaPath  # noqa: PLC0415
    from openapi_spec_validator.shortcuts import get_validator_cls  # noqa: PLC0415

    _write_files_as_texts(document)
    try:
        validator = get_validator_cls(document)
        for error in validator(SchemaPath.from_dict(document, handlers={})).iter_errors():
            place = "/".join(str(step) for step in error.absolute_path)
            yield f"at #/{place[:LONGEST]}: {error.message[:LONGEST]}"
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a validator may fail in any way at what it is given
        yield f"could not be checked further: {type(error).__name__}: {error}"[:LONGEST]


def _write_files_as_texts(document: Node) -> None:
    """In Swagger 2.0 an answer may be of the type file, which the validator does not know."""
    if "swagger" not in document:
        return
    for each in (document, *_operations(document)):
        for response in mapping(each.get("responses")).values():
            schema = mapping(response).get("schema")
            if isinstance(schema, dict) and schema.get("type") == "file":
                schema["type"] = "string"


def _operations(document: Node) -> Iterator[Node]:
    for item in mapping(document.get("paths")).values():
        yield from map(mapping, mapping(item).values())


def _elsewhere(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        target = value.get("$ref")
        if isinstance(target, str) and not target.startswith("#"):
            yield target[:LONGEST]
        for each in value.values():
            yield from _elsewhere(each)
    elif isinstance(value, list):
        for each in value:
            yield from _elsewhere(each)


def _doubles(text: str, suffix: str) -> Iterator[str]:
    """Readers of JSON take the last of two equal names, each in silence."""
    twice: dict[str, None] = {}

    def noted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            counted = Counter(name for name, _ in pairs)
            twice.update((name, None) for name, count in counted.items() if count > 1)
        return result

    if suffix == ".json":
        json.loads(text, object_pairs_hook=noted)
    yield from (f"{name[:LONGEST]!r} is twice in one object: the last one counts" for name in twice)
