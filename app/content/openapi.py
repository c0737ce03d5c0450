"""Operations of an OpenAPI document, 3.x or Swagger 2.0.

Follows the OpenAPI Specification, "Paths Object" and "Operation Object".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.domain.apis import ApiOperation

METHODS: Final = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
PATH: Final = re.compile(r"/[^\s?#\x00-\x1f\x7f]*")
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Description:
    """What a document says about its API; ``title`` and ``version`` may be empty."""

    title: str
    description: str
    version: str
    operations: tuple[ApiOperation, ...]


def describe(document: Node, key_name: str) -> Description:
    """Read a document; raise ``ValueError`` with what to do if it is none.

    ``key_name`` is the parameter that carries the API key and thus needs no value.
    """
    version = str(document.get("openapi") or document.get("swagger") or "")
    if not version.startswith("3.") and version != "2.0":
        raise ValueError('is no OpenAPI document: it needs "openapi" 3.x or "swagger" 2.0')
    info = _mapping(document.get("info"))
    return Description(
        title=_text(info.get("title")),
        description=_text(info.get("description")) or _text(info.get("summary")),
        version=str(info.get("version") or ""),
        operations=tuple(_operations(document, key_name)),
    )


def _operations(document: Node, key_name: str) -> Iterator[ApiOperation]:
    taken: set[str] = set()
    for path, item in _mapping(document.get("paths")).items():
        if str(path).startswith("x-"):
            continue
        if not PATH.fullmatch(str(path)):
            raise ValueError(
                f"has a path {str(path)[:80]!r}: paths begin with / and hold no ? or #"
            )
        for method in METHODS:
            operation = _mapping(item).get(method)
            if not isinstance(operation, Mapping):
                continue
            parameters = [*_list(item.get("parameters")), *_list(operation.get("parameters"))]
            needed = (_is_needed(document, parameter, key_name) for parameter in parameters)
            yield ApiOperation(
                operation_id=_unique(_identify(method, path, operation), taken),
                method=method.upper(),
                path=path,
                summary=_text(operation.get("summary")),
                needs_values="{" in path or any(needed),
            )


def _identify(method: str, path: str, operation: Node) -> str:
    return _slug(_text(operation.get("operationId"))) or _slug(f"{method}{path}")


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")


def _unique(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name)
    return name


def _is_needed(document: Node, parameter: object, key_name: str) -> bool:
    found = _mapping(parameter)
    if "$ref" in found:
        found = _referred(document, _text(found["$ref"]))
    if _text(found.get("name")).lower() == key_name.lower():
        return False
    return found.get("required") is True


def _referred(document: Node, reference: str) -> Node:
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = _mapping(found.get(part.replace("~1", "/").replace("~0", "~")))
    return found


def _mapping(value: object) -> Node:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
