"""What is known of a document without opening it, as the shelf keeps it."""

import json
from dataclasses import dataclass, fields
from typing import Any

from app.content.openapi import Description
from app.domain.apis import ApiOperation


@dataclass(frozen=True, slots=True)
class Summary:
    """What a document says about its API; ``written_for`` is its own version of OpenAPI."""

    description: Description
    written_for: str


def as_json(description: Description, written_for: str) -> bytes:
    """Return a summary as JSON."""
    said = {
        "title": description.title,
        "description": description.description,
        "version": description.version,
        "operations": [_row(each) for each in description.operations],
        "webhooks": [_row(each) for each in description.webhooks],
        "written_for": written_for,
    }
    return json.dumps(said, ensure_ascii=False).encode()


def from_json(content: bytes) -> Summary:
    """Return what ``as_json`` wrote."""
    said = json.loads(content)
    written_for = said.pop("written_for")
    said["operations"] = tuple(map(_operation, said["operations"]))
    said["webhooks"] = tuple(map(_operation, said["webhooks"]))
    return Summary(Description(**said), written_for)


def _row(operation: ApiOperation) -> list[Any]:
    return [getattr(operation, each.name) for each in fields(operation)]


def _operation(row: list[Any]) -> ApiOperation:
    said = dict(zip((each.name for each in fields(ApiOperation)), row, strict=True))
    return ApiOperation(**{**said, "tags": tuple(said["tags"])})
