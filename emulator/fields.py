"""Reading request bodies: JSON with the types the API asks for, else 400.

Proto3 JSON takes an int64 as a number or as a string; so does this, on both flavours.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from emulator.errors import ApiError, bad_request
from emulator.model import Flavor

MAX_ATTRIBUTES = 18
MAX_ATTRIBUTE_NAME = 1024
MAX_ATTRIBUTE_VALUE = 2048


class Fields:
    """A JSON object of a request with typed access to its members."""

    def __init__(self, raw: Mapping[str, Any], flavor: Flavor, *, strict: bool) -> None:
        self.raw = raw
        self._flavor = flavor
        self._strict = strict

    def __contains__(self, name: str) -> bool:
        return self.raw.get(name) is not None

    def only(self, known: Collection[str]) -> None:
        """When strict, as X is, refuse members the API does not know; else pass over them."""
        for name in self.raw:
            if self._strict and name not in known:
                message = f'Invalid JSON payload received. Unknown name "{name}"'
                raise bad_request(f"{message}: Cannot find field.")

    def others(self, known: Collection[str], possible: Collection[str]) -> dict[str, Any]:
        """What is sent of the `possible` members that the model does not name.

        When strict, refuses members that are neither `known` nor possible.
        """
        self.only({*known, *possible})
        return {name: self.raw[name] for name in possible if name in self}

    def without(self, name: str) -> "Fields":
        """The same object less one member."""
        rest = {key: value for key, value in self.raw.items() if key != name}
        return Fields(rest, self._flavor, strict=self._strict)

    def inside(self, name: str) -> "Fields":
        """The object that is a member of this one, empty if it was not sent; raises 400."""
        value = self.raw.get(name)
        if value is not None and not isinstance(value, Mapping):
            raise _invalid(name, "an object")
        return Fields(value or {}, self._flavor, strict=self._strict)

    def text(self, name: str, default: str = "") -> str:
        value = self.raw.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if self._flavor == "edge" and isinstance(value, int | float):
            return str(value)
        raise _invalid(name, "a string")

    def int64(self, name: str, default: int) -> int:
        value = self.raw.get(name)
        if value is None or (value == "" and self._flavor == "edge"):
            return default
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise _invalid(name, "a whole number")
        try:
            number = int(value)
        except ValueError:
            raise _invalid(name, "a whole number") from None
        if not -(2**63) <= number < 2**63:
            raise _invalid(name, "a number of 64 bits")
        return number

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.raw.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise _invalid(name, "a list of strings")
        return tuple(dict.fromkeys(value))

    def attributes(self, name: str = "attributes") -> dict[str, str]:
        """Name and value pairs of a list; of a name given twice the last counts."""
        value = self.raw.get(name)
        if value is None:
            return {}
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            raise _invalid(name, "a list of name and value pairs")
        found = {}
        for each in value:
            pair = Fields(each, self._flavor, strict=self._strict)
            pair.only({"name", "value"})
            found[pair.text("name")] = pair.text("value")
        check_attributes(found, self._flavor)
        return found


def parse_object(body: bytes, flavor: Flavor, *, strict: bool) -> Fields:
    """Read a request body that must be a JSON object; an empty one counts as `{}`."""
    try:
        raw = json.loads(body) if body.strip() else {}
        # A lone surrogate is JSON, but no text that could ever be sent back.
        json.dumps(raw, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise bad_request("Invalid JSON payload received.") from None
    if not isinstance(raw, dict):
        raise bad_request("Invalid JSON payload received. An object is expected.")
    return Fields(raw, flavor, strict=strict)


def check_attributes(attributes: Mapping[str, str], flavor: Flavor) -> None:
    """Refuse nameless or too large attributes, and on X more than 18 of them."""
    if flavor == "x" and len(attributes) > MAX_ATTRIBUTES:
        raise too_many_attributes()
    for name, value in attributes.items():
        if not name:
            raise bad_request("An attribute needs a name")
        if len(name.encode()) > MAX_ATTRIBUTE_NAME or len(value.encode()) > MAX_ATTRIBUTE_VALUE:
            raise bad_request("An attribute is larger than 1 KB for its name or 2 KB for its value")


def too_many_attributes() -> ApiError:
    """400 for a nineteenth attribute; its code was never recorded."""
    return bad_request(f"An entity has at most {MAX_ATTRIBUTES} attributes")


def _invalid(name: str, wanted: str) -> ApiError:
    return bad_request(f"Invalid value at '{name}': {wanted} is expected")
