"""Operations of an OpenAPI document, 3.x or Swagger 2.0.

Follows the OpenAPI Specification, "Paths Object" and "Operation Object".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.content.numbering import numbered
from app.content.reference.parts import unescaped
from app.content.shapes import Node, mapping, sequence, text, texts
from app.domain.apis import ApiOperation

METHODS: Final = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
# What a call shows, by a scheme's type, or its name where the type is http.
KINDS: Final = {
    "apiKey": "key", "basic": "basic", "bearer": "token", "oauth2": "token",
    "openIdConnect": "token",
}  # fmt: skip
# Makers tell operations of one path apart by a query or a fragment, which the rules forbid.
PATH: Final = re.compile(r"/[^\s\x00-\x1f\x7f]*")
PATHS: Final = "paths begin with / and hold no space"


@dataclass(frozen=True, slots=True)
class Description:
    """What a document says about its API; ``title`` and ``version`` may be empty."""

    title: str
    description: str
    version: str
    operations: tuple[ApiOperation, ...]
    webhooks: tuple[ApiOperation, ...] = ()


def describe(document: Node, key_name: str) -> Description:
    """Read a document; raise ``ValueError`` with what to do if it is none.

    ``key_name`` is the parameter that carries the API key and thus needs no value. Paths that are
    none are left out, unless there is nothing else.
    """
    version = str(document.get("openapi") or document.get("swagger") or "")
    if not version.startswith("3.") and version != "2.0":
        raise ValueError('is no OpenAPI document: it needs "openapi" 3.x or "swagger" 2.0')
    info = mapping(document.get("info"))
    taken: dict[str, int] = {}
    operations = tuple(_operations(document, key_name, taken))
    wrong = () if operations else wrong_paths(document)
    if wrong:
        raise ValueError(f"has a path {wrong[0][:80]!r}: {PATHS}")
    return Description(
        title=text(info.get("title")),
        description=text(info.get("description")) or text(info.get("summary")),
        version=str(info.get("version") or ""),
        operations=operations,
        webhooks=tuple(_webhooks(document, taken)),
    )


def wrong_paths(document: Node) -> tuple[str, ...]:
    """Return the paths that no call can have; their operations are not shown."""
    every = (path for path in mapping(document.get("paths")) if not path.startswith("x-"))
    return tuple(path for path in every if not PATH.fullmatch(path))


def methods_of(document: Node, item: object) -> Iterator[tuple[str, Node, Sequence[object]]]:
    """Yield each method of a path item with its operation and the parameters of both.

    The item may be a reference: 3.1 keeps path items among the components too.
    """
    found = mapping(item)
    if "$ref" in found:
        found = _referred(document, text(found["$ref"]))
    shared = sequence(found.get("parameters"))
    for method in METHODS:
        operation = found.get(method)
        if isinstance(operation, Mapping):
            yield method, operation, (*shared, *sequence(operation.get("parameters")))


def _webhooks(document: Node, taken: dict[str, int]) -> Iterator[ApiOperation]:
    for name, item in mapping(document.get("webhooks")).items():
        for method, operation, _ in methods_of(document, item):
            yield ApiOperation(
                operation_id=numbered(_slug(f"webhook-{name}"), taken),
                method=method.upper(),
                path=str(name),
                summary=text(operation.get("summary")),
                tags=texts(operation.get("tags")),
                is_deprecated=operation.get("deprecated") is True,
            )


def _operations(document: Node, key_name: str, taken: dict[str, int]) -> Iterator[ApiOperation]:
    for path, item in mapping(document.get("paths")).items():
        if not PATH.fullmatch(path):
            continue
        for method, operation, parameters in methods_of(document, item):
            needed = (_is_needed(document, parameter, key_name) for parameter in parameters)
            asked = _asked(document, operation)
            yield ApiOperation(
                operation_id=numbered(_identify(method, path, operation), taken),
                method=method.upper(),
                path=path,
                summary=text(operation.get("summary")),
                needs_values="{" in path or any(needed),
                tags=texts(operation.get("tags")),
                is_deprecated=operation.get("deprecated") is True,
                takes_token="token" in asked,
                takes_pair="basic" in asked,
            )


def _asked(document: Node, operation: Node) -> frozenset[str]:
    """Return what a call shows in place of the key: nothing where the key is an alternative."""
    known = mapping(document.get("components")).get("securitySchemes")
    schemes = mapping(known or document.get("securityDefinitions"))
    every = [
        frozenset(_kind_of(mapping(schemes.get(name))) for name in mapping(each))
        for each in sequence(operation.get("security", document.get("security")))
    ]
    return frozenset() if not every or any("key" in each for each in every) else every[0]


def _kind_of(scheme: Node) -> str:
    kind = text(scheme.get("type"))
    found = text(scheme.get("scheme")).lower() if kind == "http" else kind
    return KINDS.get(found, "")


def _identify(method: str, path: str, operation: Node) -> str:
    return _slug(text(operation.get("operationId"))) or _slug(f"{method}{path}")


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")


def _is_needed(document: Node, parameter: object, key_name: str) -> bool:
    found = mapping(parameter)
    if "$ref" in found:
        found = _referred(document, text(found["$ref"]))
    if text(found.get("name")).lower() == key_name.lower():
        return False
    return found.get("required") is True


def _referred(document: Node, reference: str) -> Node:
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = mapping(found.get(unescaped(part)))
    return found
