"""How a parameter's value is written into a call, by its style.

Follows the OpenAPI Specification, "Style Values" and "Style Examples", and RFC 6570. A tab as
separator is Swagger 2.0's ``collectionFormat: tsv``, which later versions have no style for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias
from urllib.parse import quote

Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value]"
Pair: TypeAlias = tuple[str, str]

# Reserved characters that may stand in a query as they are: those that part it may not.
RESERVED: Final = ":/?@!$'()*,;"
MOST_DEEP: Final = 20


class Place(StrEnum):
    """Where a call carries a parameter."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"


class Style(StrEnum):
    """The specification's names of styles, and ours for tabs."""

    SIMPLE = "simple"
    LABEL = "label"
    MATRIX = "matrix"
    FORM = "form"
    SPACE = "spaceDelimited"
    PIPE = "pipeDelimited"
    TAB = "tabDelimited"
    DEEP = "deepObject"


DEFAULTS: Final[Mapping[Place, Style]] = {
    Place.PATH: Style.SIMPLE,
    Place.QUERY: Style.FORM,
    Place.HEADER: Style.SIMPLE,
    Place.COOKIE: Style.FORM,
}
SEPARATORS: Final[Mapping[Style, str]] = {
    Style.SPACE: "%20",
    Style.PIPE: "%7C",
    Style.TAB: "%09",
}


@dataclass(frozen=True, slots=True)
class Given:
    """One parameter with the value that a call gives it: a text, a list or an object."""

    name: str
    place: Place
    value: Value
    style: Style
    explode: bool
    allow_reserved: bool = False


def given(name: str, place: Place, value: Value) -> Given:
    """Return a value in the style that its place has where a document names none."""
    style = DEFAULTS[place]
    return Given(name, place, value, style, explode=style is Style.FORM)


def in_path(item: Given) -> str:
    """Return what takes the place of ``{name}``, percent-encoded."""
    name = _coded(item.name, item)
    if item.style is Style.MATRIX:
        return "".join(f";{key}={text}" if text else f";{key}" for key, text in _pairs(item, name))
    mark = "." if item.style is Style.LABEL else ""
    parts = _parts(item)
    return mark + (mark or ",").join(parts) if item.explode else mark + ",".join(parts)


def in_query(item: Given) -> tuple[Pair, ...]:
    """Return names and values of the query, percent-encoded; an exploded list makes several."""
    name = _coded(item.name, item)
    if item.style is Style.DEEP and not isinstance(item.value, str):
        return tuple(_deep(item, name, item.value, 0))
    return tuple(_pairs(item, name))


def in_header(item: Given) -> str:
    """Return the value of a header, as it is: headers are not percent-encoded."""
    return ",".join(_parts(item))


def in_cookie(item: Given) -> tuple[Pair, ...]:
    """Return names and values of the ``Cookie`` header."""
    return tuple(_pairs(item, item.name))


def _pairs(item: Given, name: str) -> Iterator[Pair]:
    """Yield what form and matrix write: one pair, or with explode one for each value."""
    value = item.value
    if item.explode and isinstance(value, Mapping):
        for key, each in value.items():
            yield _coded(key, item), _coded(_flat(each), item)
    elif item.explode and not isinstance(value, str):
        for each in value:
            yield name, _coded(_flat(each), item)
    else:
        separator = SEPARATORS.get(item.style, ",")
        yield name, separator.join(_parts(item))


def _parts(item: Given) -> list[str]:
    """Return the encoded values of a list, of an object names and values, of a text itself."""
    value = item.value
    if isinstance(value, str):
        return [_coded(value, item)]
    if not isinstance(value, Mapping):
        return [_coded(_flat(each), item) for each in value]
    pairs = [(_coded(key, item), _coded(_flat(each), item)) for key, each in value.items()]
    if item.explode:
        return [f"{key}={text}" for key, text in pairs]
    return [part for pair in pairs for part in pair]


def _deep(item: Given, name: str, value: Value, depth: int) -> Iterator[Pair]:
    """Write members in brackets; lists have empty ones, which the specification leaves open."""
    if isinstance(value, str) or depth > MOST_DEEP:
        yield name, _coded(_flat(value), item)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _deep(item, f"{name}%5B{_coded(key, item)}%5D", each, depth + 1)
    else:
        for each in value:
            yield from _deep(item, f"{name}%5B%5D", each, depth + 1)


def _flat(value: Value) -> str:
    """Return a text as it is, and what is nested where no style has a place for it as JSON."""
    return value if isinstance(value, str) else json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Value) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value]


def _coded(text: str, item: Given) -> str:
    if item.place in {Place.HEADER, Place.COOKIE}:
        return text
    is_reserved_allowed = item.allow_reserved and item.place is Place.QUERY
    return quote(text, safe=RESERVED if is_reserved_allowed else "")
