"""Custom attributes as Apigee keeps them on developers, apps, products and keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Changes = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name and a value; Apigee keeps at most 18 per entity."""

    name: str
    value: str


def value_of(attributes: Iterable[Attribute], name: str) -> str | None:
    """Return the value of the first attribute of that name, or None."""
    return next((item.value for item in attributes if item.name == name), None)


def labeled(attributes: Iterable[Attribute], labels: Mapping[str, str]) -> tuple[Attribute, ...]:
    """Return those that have a label, under it, in the labels' order; empty ones are left out."""
    held = tuple(attributes)
    found = ((label, value_of(held, name)) for name, label in labels.items())
    return tuple(Attribute(label, value) for label, value in found if value)


def changed(attributes: Iterable[Attribute], changes: Changes) -> tuple[Attribute, ...]:
    """Return the attributes with new values in their places, new names at the end.

    A value of None takes the attribute away; what is not named stays as it is.
    """
    held = tuple(attributes)
    kept = (
        Attribute(item.name, changes.get(item.name, item.value) or "")
        for item in held
        if changes.get(item.name, item.value) is not None
    )
    known = {item.name for item in held}
    added = (
        Attribute(name, value)
        for name, value in changes.items()
        if name not in known and value is not None
    )
    return (*kept, *added)
