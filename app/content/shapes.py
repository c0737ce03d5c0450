"""Reading values of a document whose shape nobody guarantees: what does not fit is empty."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from math import isfinite
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

Node: TypeAlias = Mapping[str, Any]
NOTHING: Final[Node] = {}


def mapping(value: object) -> Node:
    """Return an object, or an empty one."""
    return value if isinstance(value, Mapping) else NOTHING


def sequence(value: object) -> Sequence[Any]:
    """Return a list, or an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a text without space around it, or an empty one."""
    return value.strip() if isinstance(value, str) else ""


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list."""
    return tuple(each for each in sequence(value) if isinstance(each, str))


def plain(value: Mapping[Any, Any]) -> Node:
    """Return a document as JSON could hold it: names are texts, dates are written out."""
    return {_name(key): _plain(each) for key, each in value.items()}


def words(value: object) -> str:
    """Return a text as it is, and any other value as JSON writes it in one line."""
    return value if isinstance(value, str) else written(value, indent=None)


def written(value: object, indent: int | None = 2) -> str:
    """Return a value as JSON."""
    return json.dumps(value, indent=indent, ensure_ascii=False)


def web_link(value: object) -> str:
    """Return an address that a page may link to, or an empty text."""
    found = text(value)
    try:
        parts = urlsplit(found)
    except ValueError:
        return ""
    return found if parts.scheme in {"http", "https"} and parts.netloc else ""


def _plain(value: object) -> object:
    if isinstance(value, str):
        return _sendable(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _sendable(value: str) -> str:
    """JSON can write signs that no page can hold: a zero and halves of signs."""
    if not value.isascii():
        value = value.encode(errors="replace").decode()
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in value else value


def _name(key: object) -> str:
    """YAML reads some names as other things: 200 is a number, ``on`` is true, null is nothing."""
    if isinstance(key, str):
        return _sendable(key)
    return (
        "null" if key is None else str(key).lower() if isinstance(key, bool) else str(_plain(key))
    )
