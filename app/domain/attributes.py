"""Custom attributes as Apigee keeps them on developers, apps, products and keys."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name and a value; Apigee keeps at most 18 per entity."""

    name: str
    value: str


def value_of(attributes: Iterable[Attribute], name: str) -> str | None:
    """Return the value of the first attribute of that name, or None."""
    return next((item.value for item in attributes if item.name == name), None)
