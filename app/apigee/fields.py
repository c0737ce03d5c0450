"""Reading Apigee's JSON: X writes numbers as texts and leaves out what is empty, Edge does not."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

Json = Mapping[str, Any]
E = TypeVar("E")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)


class Malformed(ValueError):
    """An answer that is JSON but not what was asked for; holds the field's name, no value."""


def as_object(value: Any, name: str = "answer") -> Json:
    """Return a JSON object as it is."""
    if not isinstance(value, dict):
        raise Malformed(name)
    return value


def objects(raw: Json, name: str) -> tuple[Json, ...]:
    """Return a list of objects; a missing one is empty."""
    return _objects(raw.get(name), name)


def listed(answer: Any, name: str) -> tuple[Json, ...]:
    """Return the items of an expanded list: below its name, or the answer itself."""
    items = answer if isinstance(answer, list) else as_object(answer).get(name)
    return _objects(items, name)


def stubs(answer: Any, name: str, key: str) -> tuple[str, ...]:
    """Return the names in a list that is not expanded: texts, or objects that hold ``key``.

    Apigee X gives objects, Edge texts; an object without the key counts by its first value.
    """
    if isinstance(answer, list) and all(isinstance(item, str) for item in answer):
        return tuple(answer)
    return tuple(_stub(item, key) for item in listed(answer, name))


def _stub(item: Json, key: str) -> str:
    return name_of(item, key if key in item else next(iter(item), key))


def texts(raw: Json, name: str) -> tuple[str, ...]:
    """Return a list of texts; a missing one is empty."""
    values = _list(raw.get(name), name)
    if values and not all(isinstance(value, str) for value in values):
        raise Malformed(name)
    return tuple(values)


def text(raw: Json, name: str) -> str:
    """Return a text, or a number as a text; a missing one is empty."""
    value = raw.get(name)
    if type(value) is str:  # nearly all are: a list of apps holds some thousand texts
        return value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Malformed(name)
    return str(value)


def name_of(raw: Json, name: str) -> str:
    """Return a text that must be there."""
    value = text(raw, name)
    if not value:
        raise Malformed(name)
    return value


def word(raw: Json, name: str, words: Mapping[str, E], usual: E, strange: E) -> E:
    """Return what a status word stands for: ``usual`` if missing, ``strange`` if unknown."""
    given = raw.get(name)
    if type(given) is str and given in words:  # anything else is looked at again
        return words[given]
    value = text(raw, name).lower()
    return words.get(value, strange) if value else usual


def moment(raw: Json, name: str) -> datetime | None:
    """Return a time given in milliseconds since 1970; zero, negative and missing ones are None.

    A time beyond the year 9999 is none either: for an expiry that is the same as never.
    """
    value = text(raw, name)
    if not value:
        return None
    try:
        milliseconds = int(value)
        return EPOCH + milliseconds * MILLISECOND if milliseconds > 0 else None
    except OverflowError:
        return None
    except ValueError:
        raise Malformed(name) from None


def items_of(raw: Json, name: str) -> list[Any]:
    """Return a list of anything; a missing one is empty."""
    return _list(raw.get(name), name)


def _objects(values: Any, name: str) -> tuple[Json, ...]:
    items = _list(values, name)
    for item in items:
        if not isinstance(item, dict):
            raise Malformed(name)
    return tuple(items)


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(name)
    return value
